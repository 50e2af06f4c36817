/** What the CSAF validator says of the document, at the field of the form that each part of it is made of. Pure. */
import type { AdvisoryValidation } from '../../../api/operator-api.gen.ts'
import type { Content, Hole } from '../editor/content.ts'

export type CsafMessage = AdvisoryValidation['messages'][number]
export type Remarks = ReadonlyMap<string, readonly CsafMessage[]>

/** What the document begins its references with: itself, twice. */
const OWN_REFERENCES_COUNT = 2
const IS_CVE = /^CVE-\d{4}-\d{4,19}$/

/** Tests that tell of what is missing point at what it is missing in. */
const MISSING: Readonly<Record<string, keyof Hole>> = {
  'optional 6.2.3': 'vector',
  'informative 6.3.3': 'name',
  'informative 6.3.4': 'weakness',
}

/** `title`, `vulnerabilities.0.vector`; undefined where it is about nothing that somebody writes. */
export function fieldOf(
  { pointer, test }: Pick<CsafMessage, 'pointer' | 'test'>,
  content: Content,
): string | undefined {
  const [, top, ...rest] = pointer.split('/')
  if (top === 'document') return fieldOfHead(rest, content)
  if (top !== 'vulnerabilities') return undefined
  const [at, ...part] = rest
  const hole = content.vulnerabilities[Number(at)]
  if (at === undefined) return 'vulnerabilities'
  if (hole === undefined) return undefined
  const field = MISSING[test] ?? fieldOfHole(part, hole)
  // What owners shall do and what it means are said once, for all vulnerabilities.
  if (field === 'action' || field === 'impact') return field
  return field && `vulnerabilities.${at}.${field}`
}

function fieldOfHead(path: readonly string[], content: Content): string | undefined {
  const [part, index, member] = path
  const at = Number(index)
  switch (part) {
    case 'title':
      return 'title'
    case 'notes':
      return (['summary', 'action'] as const)[at]
    case 'distribution':
      return 'tlp'
    case 'acknowledgments':
      if (content.credits[at] === undefined) return undefined
      return `credits.${at}.${member === 'organization' ? 'organization' : 'name'}`
    case 'references': {
      const own = at - OWN_REFERENCES_COUNT
      if (content.references[own] === undefined) return undefined
      return `references.${own}.${member === 'summary' ? 'summary' : 'url'}`
    }
    default:
      return undefined
  }
}

function fieldOfHole(
  [part, index, ...deeper]: readonly string[],
  hole: Hole,
): keyof Hole | 'action' | 'impact' | undefined {
  const at = Number(index)
  switch (part) {
    case undefined:
      return 'name'
    case 'cve':
      return IS_CVE.test(hole.name) ? 'name' : 'aliases'
    case 'ids':
      return at === 0 && !IS_CVE.test(hole.name) ? 'name' : 'aliases'
    case 'cwe':
      return 'weakness'
    case 'notes':
      if (!(at > 0)) return 'description'
      return at === 1 && hole.component !== '' ? 'component' : 'vector'
    case 'product_status':
      return index === 'fixed' ? 'fixed' : 'affected'
    case 'references':
      return 'aliases'
    case 'remediations':
      return deeper[0] === 'product_ids' ? 'affected' : 'action'
    case 'scores':
      return deeper[0] === 'products' ? 'affected' : 'vector'
    case 'threats':
      return at === 0 ? 'impact' : undefined
    default:
      return undefined
  }
}

/** By field. What is about none stands under ''. */
export function remarksBy(messages: readonly CsafMessage[], content: Content): Remarks {
  return Map.groupBy(messages, (message) => fieldOf(message, content) ?? '')
}

/** Without those at fields of which somebody has written since: nobody has judged that yet. */
export function standingRemarks(remarks: Remarks, written: readonly string[]): Remarks {
  return new Map([...remarks].filter(([field]) => !written.includes(field.split('.', 1)[0] ?? '')))
}

/** `mandatory` and `6.1.9` of `mandatory 6.1.9`. */
export function testOf(id: string): { readonly kind: string; readonly number: string } {
  const [kind = '', number = ''] = id.split(' ', 2)
  return { kind, number }
}
