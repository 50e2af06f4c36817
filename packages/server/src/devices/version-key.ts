/**
 * Versions and lines as text that sorts as they do, so that an index finds what is older. Each number is written with
 * its count of digits before it: 1.4.3 is `111413`, 1.10.0 is `1121010`. No number's key begins another's.
 */
import { isVersion } from '@fleetward/shared'

/** Undefined for what is no version; such a version is in no order. */
export function versionKey(version: string): string | undefined {
  return isVersion(version) ? keyOf(version) : undefined
}

/** What the keys of all versions of this line begin with, and of no other. */
export function lineKey(line: string): string {
  return keyOf(line)
}

function keyOf(numbers: string): string {
  return numbers
    .split('.')
    .map((number) => `${number.length}${number}`)
    .join('')
}

/** What {@link versionKey} was given. */
export function versionOfKey(key: string): string {
  const numbers: string[] = []
  for (let at = 0; at < key.length; ) {
    const end = at + 1 + Number(key[at])
    numbers.push(key.slice(at + 1, end))
    at = end
  }
  return numbers.join('.')
}
