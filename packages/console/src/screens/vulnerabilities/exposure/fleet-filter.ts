/** Filters that name the devices behind a number, in the language of the fleet (docs/filters.md). Pure. */

const BARE = /^[A-Za-z0-9][A-Za-z0-9._:+-]*$/
const WORDS = new Set(['and', 'or', 'not', 'in', 'has'])
/** So many values a filter has at most. */
const VALUES_MAX_COUNT = 256

function written(text: string): string {
  if (BARE.test(text) && !WORDS.has(text.toLowerCase())) return text
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** As filters take them. */
const VERSION = /^\d+\.\d+\.\d+$/

/** Devices that run one of the versions; undefined: none, too many to be named, or something that is no version. */
export function runningOneOf(versions: readonly string[]): string | undefined {
  if (versions.length === 0 || versions.length > VALUES_MAX_COUNT) return undefined
  if (!versions.every((version) => VERSION.test(version))) return undefined
  return `version in (${versions.join(', ')})`
}

export function inCohort(running: string | undefined, cohort: string): string | undefined {
  return running && `${running} and cohort = ${written(cohort)}`
}

/** Who has no country, or something that is none, no filter can say. */
export function inCountry(running: string | undefined, country: string): string | undefined {
  return country === 'unknown'
    ? undefined
    : running && `${running} and attr.country = ${written(country)}`
}
