# Every header compiles alone, and twice: one generated translation unit for each. A header that
# leans on what its users happen to include fails here rather than in somebody's next change.
#
# Only the front end matters, so nothing is optimised and no debug information is written.
if(FIREDRILL_SANITIZE)
  return() # Nothing here runs: once, in the dev preset, is enough.
endif()

file(
  GLOB_RECURSE fd_public_headers
  RELATIVE ${PROJECT_SOURCE_DIR}
  CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/harness/*.hpp ${PROJECT_SOURCE_DIR}/faults/*.hpp
  ${PROJECT_SOURCE_DIR}/mocks/*.hpp ${PROJECT_SOURCE_DIR}/reports/*.hpp
  ${PROJECT_SOURCE_DIR}/tests/support/*.hpp)

set(fd_header_units "")
foreach(header IN LISTS fd_public_headers)
  string(REPLACE "/" "__" unit ${header})
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/headers/${unit}.cpp)
  file(CONFIGURE OUTPUT ${unit} CONTENT "#include \"@header@\"\n#include \"@header@\"\n" @ONLY)
  list(APPEND fd_header_units ${unit})
endforeach()

add_library(fd_headers OBJECT EXCLUDE_FROM_ALL ${fd_header_units})
set_target_properties(fd_headers PROPERTIES UNITY_BUILD OFF)
target_link_libraries(fd_headers PRIVATE fd_options fd_asio)
target_compile_options(fd_headers PRIVATE -O0 -g0)
