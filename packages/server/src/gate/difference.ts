/**
 * What a security release changes beside what it fixes (CRA Annex I, Part II (2), P-114): "where technically feasible,
 * new security updates shall be provided separately from functionality updates". Pure.
 */
import type { Other } from '@fleetward/vulnerability'
import type { GateReason } from './gate.ts'

export type Difference =
  /** Nothing of the product was published before: nothing could be kept apart. */
  | { readonly kind: 'first' }
  | { readonly kind: 'no-base'; readonly base: string; readonly sbom: string }
  /** No device runs the base or was offered it, so nobody has what it brought. */
  | { readonly kind: 'not-in-the-field'; readonly base: string; readonly sbom: string }
  | {
      readonly kind: 'compared'
      readonly base: string
      /** Digest of the release's own. */
      readonly sbom: string
      /** The first of them. */
      readonly others: readonly Other[]
      readonly othersCount: number
    }

const NAMED_COUNT = 5

export function differenceReasons(
  version: string,
  difference: Difference | undefined,
): readonly GateReason[] {
  if (difference === undefined || difference.kind === 'first') return []
  const { base, sbom: about } = difference
  if (difference.kind === 'no-base') {
    const sentence = `${version} continues ${base}, whose SBOM is not here to compare with: name a published release as its base.`
    return [{ code: 'BASE_MISSING', about, sentence, facts: { version, base } }]
  }
  if (difference.kind === 'not-in-the-field') {
    const sentence = `${version} continues ${base}, which no rollout offered to a device and the fleet did not come with: what ${base} changed would go out as security. Roll ${base} out first, name a release that devices run as its base, or publish ${version} as functionality, or as combined with a written reason.`
    return [{ code: 'BASE_NOT_ROLLED_OUT', about, sentence, facts: { version, base } }]
  }
  const { others, othersCount } = difference
  if (othersCount === 0) return []
  const named = others.slice(0, NAMED_COUNT).map(wordsOf).join(', ')
  const more = othersCount > NAMED_COUNT ? ` and ${othersCount - NAMED_COUNT} more` : ''
  const sentence = `${version} is a security release and changes more since ${base} than what it fixes: ${named}${more}. Publish it as functionality, or as combined with a written reason.`
  const first = others.slice(0, NAMED_COUNT).map(nameOf)
  const names = [...first, ...(othersCount > NAMED_COUNT ? ['…'] : [])].join(', ')
  const facts = { version, base, changes: othersCount, names }
  return [{ code: 'MORE_THAN_FIXES', about, sentence, facts }]
}

const WORDS: Readonly<Record<Other['reason'], string>> = {
  ...{ added: 'added', removed: 'removed', changed: 'changed' },
  ...{ rebuilt: 'rebuilt', 'goes-back': 'goes back' },
}

/** In no language. */
function nameOf({ name, from, to }: Other): string {
  const versions = [from, to].filter((one) => one !== undefined).join(' → ')
  return `${name}${versions === '' ? '' : ` (${versions})`}`.slice(0, 300)
}

function wordsOf({ reason, name, from, to }: Other): string {
  const versions = [from, to].filter((one) => one !== undefined).join(' to ')
  return `${name} (${WORDS[reason]}${versions === '' ? '' : ` ${versions}`})`.slice(0, 300)
}
