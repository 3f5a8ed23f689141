// Faults of processes and of the machine.
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/grammar_faults.hpp"

namespace firedrill::scenario {
namespace {

ShapePtr process_shape() {
  return either({names_shape("process", {"system"}),
                 map_shape("", {.what = "a map with pid_file",
                                .fields = {{"pid_file", free_text("a path"), true,
                                            "file that holds the pid of the process"}}})});
}

ShapePtr descriptors_shape() {
  return map_shape(
      "", {.what = "a map, {} to leave none",
           .fields = {{"leave", integer_shape("a number of descriptors 0..1000000", 0, 1'000'000),
                       false, "how many more it may open; none unless given"}}});
}

ShapePtr clock_shape() {
  return map_shape("", {.what = "a map with ahead or behind",
                        .fields = {{"ahead", duration_shape(), false, "it says a later time"},
                                   {"behind", duration_shape(), false, "it says an earlier time"}},
                        .rules = {exactly_one({"ahead", "behind"})}});
}

ShapePtr cpu_shape() {
  return map_shape(
      "",
      {.what = "a map with workers",
       .fields = {{"workers", integer_shape("a number of workers 1..256", 1, 256), true,
                   "each takes one processor at most"},
                  {"share", ratio_shape(), false, "of its time that each works; all unless given"},
                  {"ceiling", ratio_shape(), false,
                   "with more of the machine busy than this they rest; 95% unless given"}}});
}

ShapePtr memory_shape() {
  return map_shape(
      "", {.what = "a map with size and reserve",
           .fields = {{"size", bytes_shape(), true, "the most that is taken"},
                      {"reserve", bytes_shape(), true, "what must stay available meanwhile"}}});
}

ShapePtr disk_shape() {
  return map_shape(
      "", {.what = "a map with directory, size and reserve",
           .fields = {{"directory", free_text("a folder"), true, "where a file takes the space"},
                      {"size", bytes_shape(), true, "the most that is taken"},
                      {"reserve", bytes_shape(), true, "what must stay free meanwhile"}}});
}

}  // namespace

FaultTarget process_target() {
  const ShapePtr flag = flag_shape(true);
  return {.key = "process",
          .fields = {{"process", process_shape(), false,
                      "which process: the system, or the one of a pid file"},
                     {"pause", flag, false, "SIGSTOP, and SIGCONT to heal it"},
                     {"kill", flag, false, "SIGKILL, and a new start to heal it"},
                     {"restart", flag, false, "SIGTERM, and a new start at once"},
                     {"slow_start", flag, false,
                      "SIGTERM, and a new start that takes as long as the fault lasts"},
                     {"descriptors", descriptors_shape(), false, "it can open no more files"},
                     {"clock", clock_shape(), false, "its clock is wrong"}},
          .does = {"pause", "kill", "restart", "slow_start", "descriptors", "clock"},
          .rules = {at_most_one({"pause", "kill", "restart", "slow_start", "descriptors", "clock"}),
                    excludes("process", {"ramp"})}};
}

FaultTarget pressure_target() {
  return {.key = "pressure",
          .fields = {{"pressure",
                      map_shape("", {.what = "a map with cpu, memory or disk",
                                     .fields = {{"cpu", cpu_shape(), false, "processor time"},
                                                {"memory", memory_shape(), false, "memory"},
                                                {"disk", disk_shape(), false, "space on a disk"}},
                                     .rules = {exactly_one({"cpu", "memory", "disk"})}}),
                      false, "what the machine has too little of"}},
          .does = {"pressure"}};
}

}  // namespace firedrill::scenario
