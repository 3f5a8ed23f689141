#include "harness/load/body_reader.hpp"

#include <algorithm>
#include <cstring>

namespace firedrill {

void BodyReader::start(const std::vector<BodyPiece>& pieces, std::string_view filler) {
  pieces_ = &pieces;
  filler_ = filler;
  rewind();
}

void BodyReader::rewind() {
  piece_ = 0;
  offset_ = 0;
}

std::size_t BodyReader::read(char* out, std::size_t size) {
  std::size_t done = 0;
  while (pieces_ != nullptr && done < size && piece_ < pieces_->size()) {
    const BodyPiece& piece = (*pieces_)[piece_];
    const std::uint64_t left = piece.size() - offset_;
    if (left == 0) {
      ++piece_;
      offset_ = 0;
      continue;
    }
    std::string_view from;
    if (piece.file) {
      from = std::string_view{*piece.file}.substr(offset_);
    } else if (piece.generated > 0) {
      from = filler_.substr(offset_ % filler_.size());
    } else {
      from = std::string_view{piece.text}.substr(offset_);
    }
    const std::size_t count = std::min({size - done, from.size(), static_cast<std::size_t>(left)});
    std::memcpy(out + done, from.data(), count);
    done += count;
    offset_ += count;
  }
  return done;
}

std::uint64_t size_of(const std::vector<BodyPiece>& pieces) {
  std::uint64_t total = 0;
  for (const BodyPiece& piece : pieces) total += piece.size();
  return total;
}

}  // namespace firedrill
