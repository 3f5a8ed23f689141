# A system with descendants that do not want to end: one in the background, one in a session of its own,
# one that ignores SIGTERM. Usage: sh family.sh PORT
sleep 600 &
setsid sleep 601 &
(trap '' TERM; sleep 602; sleep 603) &
node "$(dirname "$0")/echo.mjs" "$1"
wait
