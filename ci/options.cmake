# What every target of ours is compiled with. Linked PRIVATE; no global flags.
add_library(fd_options INTERFACE)
target_compile_features(fd_options INTERFACE cxx_std_20)
target_include_directories(fd_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(
  fd_options
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wconversion
            -Wsign-conversion
            -Wold-style-cast
            -Wnon-virtual-dtor
            -Woverloaded-virtual
            -Wcast-align
            -Wduplicated-cond
            -Wlogical-op
            -Wformat=2
            -Wimplicit-fallthrough
            -Wsuggest-override
            -Werror
            # g++ 12 sees these in the moved-from strings and variants of its own library; clang-tidy looks
            # for the real ones.
            -Wno-maybe-uninitialized
            -Wno-restrict)

# Several files of a room are compiled as one translation unit, which halves a clean build. A type of an
# anonymous namespace is then no longer in "the main file", which is all that this warning is about.
if(CMAKE_UNITY_BUILD)
  target_compile_options(fd_options INTERFACE -Wno-subobject-linkage)
endif()

if(FIREDRILL_SANITIZE)
  target_compile_options(fd_options INTERFACE -fsanitize=${FIREDRILL_SANITIZE} -fno-sanitize-recover=all
                                              -fno-omit-frame-pointer)
  target_link_options(fd_options INTERFACE -fsanitize=${FIREDRILL_SANITIZE})
  # Recycled coroutine frames and small blocks would hide a use after free.
  target_compile_definitions(fd_options INTERFACE BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING
                                                  BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
  if(FIREDRILL_SANITIZE MATCHES thread)
    # g++ 12 rejects Asio's fences under -Werror: https://github.com/chriskohlhoff/asio/issues/1193
    target_compile_options(fd_options INTERFACE -Wno-error=tsan)
  endif()
endif()

# Asio and Beast are compiled once, in harness/aio.
add_library(fd_asio INTERFACE)
target_link_libraries(fd_asio INTERFACE Boost::headers Boost::url Threads::Threads OpenSSL::SSL)
target_compile_definitions(
  fd_asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                    BOOST_ASIO_NO_DEPRECATED)
# g++ 12 sees half of how Asio allocates a coroutine's frame once it has inlined the other half.
target_compile_options(fd_asio INTERFACE -fcoroutines -Wno-mismatched-new-delete)

# A room is a static library; what it may use is what it links. Sources are listed by hand.
function(fd_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(${name} PUBLIC ${ROOM_USES} PRIVATE fd_options ${ROOM_PRIVATE})
endfunction()
