// Dates, durations and numbers in the language chosen.

import { language } from "../services/preferences.js";

const cache = new Map();

function formatter(kind, options) {
  const key = `${kind}|${language.value}|${JSON.stringify(options)}`;
  if (!cache.has(key)) cache.set(key, new Intl[kind](language.value === "fr" ? "fr-FR" : "en-GB", options));
  return cache.get(key);
}

export const time = (at) =>
  formatter("DateTimeFormat", { hour: "2-digit", minute: "2-digit" }).format(new Date(at));

export const shortDate = (at) =>
  formatter("DateTimeFormat", { day: "numeric", month: "short", year: "numeric" }).format(new Date(at));

export const moment = (at) =>
  formatter("DateTimeFormat", { dateStyle: "full", timeStyle: "medium" }).format(new Date(at));

/** Monday 3 March; today and yesterday by name. */
export function day(at, now) {
  const date = new Date(at);
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0 || days === 1) return capital(relativeTo(-days, "day"));
  const options = { weekday: "long", day: "numeric", month: "long" };
  if (date.getFullYear() !== new Date(now).getFullYear()) options.year = "numeric";
  return capital(formatter("DateTimeFormat", options).format(date));
}

/** The hour for today, else the day; what lists show. */
export function when(at, now) {
  const date = new Date(at);
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return time(at);
  if (days === 1) return relativeTo(-1, "day");
  const options = { day: "numeric", month: "short" };
  if (date.getFullYear() !== new Date(now).getFullYear()) options.year = "numeric";
  return formatter("DateTimeFormat", options).format(date);
}

/** 40 s, 12 min, 3 h 05: how long something has waited. */
export function duration(seconds) {
  if (seconds < 60) return unit(seconds, "second");
  if (seconds < 3600) return unit(Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) {
    const minutes = Math.floor((seconds % 3600) / 60);
    const hours = unit(Math.floor(seconds / 3600), "hour");
    return minutes && seconds < 36_000 ? `${hours} ${String(minutes).padStart(2, "0")}` : hours;
  }
  return unit(Math.floor(seconds / 86_400), "day");
}

export const number = (value, digits = 3) =>
  formatter("NumberFormat", { maximumFractionDigits: digits }).format(value);

/** {amount, currency}, as the server keeps it. */
export const money = ({ amount, currency }) =>
  formatter("NumberFormat", { style: "currency", currency }).format(Number(amount));

export const percent = (part, digits = 0) =>
  formatter("NumberFormat", { style: "percent", maximumFractionDigits: digits }).format(part);

export function bytes(size) {
  if (size < 1000) return unit(size, "byte");
  if (size < 1_000_000) return unit(Math.round(size / 1000), "kilobyte");
  return unit(Math.round(size / 100_000) / 10, "megabyte");
}

/**
 * A telephone number in groups, as people read it; anything else, such as the name of a customer, as it is.
 */
export function phone(value) {
  if (typeof value === "string" && value.startsWith("sender:")) return value.slice(7);
  const french = /^\+33(\d)(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(value);
  if (french) return `+33 ${french.slice(1).join(" ")}`;
  return value;
}

function unit(value, name) {
  return formatter("NumberFormat", {
    style: "unit",
    unit: name,
    unitDisplay: language.value === "fr" ? "short" : "narrow",
  }).format(value);
}

function relativeTo(value, name) {
  return formatter("RelativeTimeFormat", { numeric: "auto" }).format(value, name);
}

function midnight(at) {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
