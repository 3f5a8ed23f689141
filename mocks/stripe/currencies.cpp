#include "mocks/stripe/currencies.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::stripe {
namespace {

// https://docs.stripe.com/currencies
constexpr std::string_view kAll =
    "usd, aed, afn, all, amd, ang, aoa, ars, aud, awg, azn, bam, bbd, bdt, bgn, bif, bmd, bnd, "
    "bob, brl, bsd, bwp, byn, bzd, cad, cdf, chf, clp, cny, cop, crc, cve, czk, djf, dkk, dop, "
    "dzd, egp, etb, eur, fjd, fkp, gbp, gel, gip, gmd, gnf, gtq, gyd, hkd, hnl, hrk, htg, huf, "
    "idr, ils, inr, isk, jmd, jpy, kes, kgs, khr, kmf, krw, kyd, kzt, lak, lbp, lkr, lrd, lsl, "
    "mad, mdl, mga, mkd, mmk, mnt, mop, mro, mur, mvr, mwk, mxn, myr, mzn, nad, ngn, nio, nok, "
    "npr, nzd, pab, pen, pgk, php, pkr, pln, pyg, qar, ron, rsd, rub, rwf, sar, sbd, scr, sek, "
    "sgd, shp, sle, sos, srd, std, szl, thb, tjs, top, try, ttd, twd, tzs, uah, ugx, uyu, uzs, "
    "vnd, vuv, wst, xaf, xcd, xof, xpf, yer, zar, zmw, usdc, btn, ghs, eek, lvl, svc, vef, ltl, "
    "sll, mru, bhd, jod, kwd, omr, tnd";

constexpr std::array<std::string_view, 16> kZeroDecimal{"bif", "clp", "djf", "gnf", "jpy", "kmf",
                                                        "krw", "mga", "pyg", "rwf", "ugx", "vnd",
                                                        "vuv", "xaf", "xof", "xpf"};

constexpr std::array<std::pair<std::string_view, std::int64_t>, 16> kLeast{{{"aed", 200},
                                                                            {"bgn", 100},
                                                                            {"czk", 1500},
                                                                            {"dkk", 250},
                                                                            {"gbp", 30},
                                                                            {"hkd", 400},
                                                                            {"huf", 17500},
                                                                            {"jpy", 50},
                                                                            {"mxn", 1000},
                                                                            {"myr", 200},
                                                                            {"nok", 300},
                                                                            {"pln", 200},
                                                                            {"ron", 200},
                                                                            {"sek", 300},
                                                                            {"thb", 1000},
                                                                            {"inr", 50}}};

}  // namespace

bool is_currency(std::string_view code) {
  if (code.size() != 3 && code != "usdc") return false;
  const std::size_t at = kAll.find(code);
  if (at == std::string_view::npos || code.find_first_of(", ") != std::string_view::npos) {
    return false;
  }
  const std::size_t end = at + code.size();
  return (at == 0 || kAll[at - 1] == ' ') && (end == kAll.size() || kAll[end] == ',');
}

std::string all_currencies() { return std::string{kAll}; }

bool is_zero_decimal(std::string_view code) {
  return std::find(kZeroDecimal.begin(), kZeroDecimal.end(), code) != kZeroDecimal.end();
}

std::int64_t least_charge(std::string_view code) {
  for (const auto& [currency, least] : kLeast) {
    if (currency == code) return least;
  }
  return is_zero_decimal(code) ? 1 : 50;
}

std::string shown_amount(std::int64_t amount, std::string_view code) {
  std::string number = std::to_string(amount);
  if (!is_zero_decimal(code)) {
    while (number.size() < 3) number.insert(0, "0");
    number.insert(number.size() - 2, ".");
  }
  const std::string_view sign = code == "usd"   ? "$"
                                : code == "eur" ? "€"
                                : code == "gbp" ? "£"
                                                : "";
  return std::string{sign} + number + " " + std::string{code};
}

}  // namespace firedrill::stripe
