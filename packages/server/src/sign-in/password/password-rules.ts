/**
 * Which passwords are taken: NIST SP 800-63B-4 §3.1.1 (length, no rules of composition, a list of what attackers try
 * first, no expiry). Pure.
 */
import { COMMON_WORDS } from './common-words.ts'

export const PASSWORD_MIN_CHARACTERS = 12
export const PASSWORD_MAX_CHARACTERS = 256
/** What must be left of a password without the words everybody tries. */
const OWN_MIN_CHARACTERS = 6
const NAME_MIN_CHARACTERS = 3

export type PasswordFault = 'tooShort' | 'tooLong' | 'tooCommon'

/** `names`: the person's, the sign-in name, the products': what somebody who knows them would try. */
export function passwordFault(
  password: string,
  names: readonly string[],
): PasswordFault | undefined {
  const length = [...password.normalize('NFC')].length
  if (length < PASSWORD_MIN_CHARACTERS) return 'tooShort'
  if (length > PASSWORD_MAX_CHARACTERS) return 'tooLong'
  return ownCharacters(password, names) < OWN_MIN_CHARACTERS ? 'tooCommon' : undefined
}

/** How many letters and digits are left once words, names, runs and repetitions are taken out. */
function ownCharacters(password: string, names: readonly string[]): number {
  const nameWords = names
    .flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}]+/u)])
    .map(folded)
    .filter((word) => word.length >= NAME_MIN_CHARACTERS)
  const words = [...COMMON_WORDS, ...nameWords].toSorted((a, b) => b.length - a.length)
  // Once as it is typed and once with 3 read as e and so on: attackers' lists have both.
  const rests = [folded(password), unmasked(folded(password))].map((text) => {
    let rest = text
    for (const word of words) rest = rest.replaceAll(word, '|')
    return unrepeated(rest).replaceAll(/[^\p{L}\p{N}]/gu, '')
  })
  return Math.min(...rests.map((rest) => withoutRuns(rest).length))
}

function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

const MASKS: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b' },
  ...{ '@': 'a', $: 's', '!': 'i', '+': 't' },
}

function unmasked(text: string): string {
  return text.replaceAll(/[0134578@$!+]/g, (character) => MASKS[character] ?? character)
}

/** `abcabcabc` says no more than `abc`. */
function unrepeated(text: string): string {
  return /^(.+?)\1+$/su.exec(text)?.[1] ?? text
}

/** `aaaa`, `abcd` and `4321` count as one character: each is the one before, or next to it. */
function withoutRuns(text: string): string {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0)
  return String.fromCodePoint(
    ...points.filter((point, index) => Math.abs(point - (points[index - 1] ?? -9)) > 1),
  )
}
