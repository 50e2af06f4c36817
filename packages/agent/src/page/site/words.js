/**
 * The words of the page: catalogues as data, one a language. A sentence that counts has the keys
 * `….one` and `….other`; `{name}` is filled with a value.
 */
import { read, store } from './api.js'

export const LANGUAGES = { en: 'English', de: 'Deutsch', fr: 'Français' }

let language = 'en'
/** @type {Record<string, string>} */
let words = {}
/** @type {string | undefined} */
let zone

/** The language the owner chose before, or the one the device chose by what the browser asks for. */
export async function loadWords(chosen = read('language')) {
  const wanted = chosen in LANGUAGES ? chosen : document.documentElement.lang
  language = wanted in LANGUAGES ? wanted : 'en'
  const answer = await fetch(`/site/${language}.json`)
  words = await answer.json()
  document.documentElement.lang = language
}

export async function switchLanguage(chosen) {
  store('language', chosen)
  await loadWords(chosen)
}

export function currentLanguage() {
  return language
}

/** Of the people this browser is set up for: how they write dates in that language. */
export function currentLocale() {
  const own = navigator.languages.find((tag) => tag.split('-')[0] === language)
  return own ?? language
}

/** Times are those of the device, wherever the browser is. */
export function setZone(timeZone) {
  zone = timeZone
}

export function currentZone() {
  return zone
}

export function has(key) {
  return Object.hasOwn(words, key)
}

/** @param {string} key @param {Record<string, string | number>} values */
export function say(key, values = {}) {
  const exact = words[key]
  const sentence = exact ?? words[`${key}.${pluralOf(values.count)}`] ?? key
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const value = values[name]
    return typeof value === 'number' ? number(value) : (value ?? '')
  })
}

/** The sentence for a code that the device answered, in words where there are some. */
export function sayError({ code, facts = {} }) {
  const key = `error.${code}`
  if (has(key) || has(`${key}.other`)) return say(key, { ...facts, count: facts.waitSeconds })
  return say('error.other', { code })
}

export function number(value, options = {}) {
  return new Intl.NumberFormat(currentLocale(), options).format(value)
}

export function list(items) {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(items)
}

function pluralOf(count) {
  return new Intl.PluralRules(language).select(Number(count ?? 0)) === 'one' ? 'one' : 'other'
}
