/** The case that a suggestion becomes: an incident of what devices reported, or the vulnerability of findings. */
import { isCveId } from '@fleetward/vulnerability'
import type { Stores } from '../stores.ts'
import type { CaseAct } from './case-api.ts'
import type { ExploitedSuggestion, ReportedSuggestion, Suggestion } from './suggestion.ts'

const LINE_MAX_CHARACTERS = 255
const LIST_MAX_COUNT = 50

export interface Prefilled {
  readonly wanted: {
    readonly kind: 'vulnerability' | 'incident'
    readonly title: string
    readonly cves?: readonly string[]
    readonly versions?: readonly string[]
  }
  /** Recorded at once. */
  readonly acts: readonly CaseAct[]
}

export async function prefilled(
  stores: Pick<Stores, 'findings'>,
  suggestion: Suggestion,
  title: string | undefined,
): Promise<Prefilled> {
  return suggestion.sign === 'known-exploited'
    ? ofFindings(stores, suggestion, title)
    : ofReports(suggestion, title)
}

function ofReports({ sign, facts }: ReportedSuggestion, title: string | undefined): Prefilled {
  const text = `Suggested by what devices reported: ${JSON.stringify(facts)}`
  const wanted = { kind: 'incident' as const, title: title ?? `Reported by devices: ${sign}` }
  return { wanted, acts: [{ type: 'noted', text }] }
}

/** As the findings are now: they may be in more versions than when it was suggested. */
async function ofFindings(
  { findings }: Pick<Stores, 'findings'>,
  { product, facts }: ExploitedSuggestion,
  title: string | undefined,
): Promise<Prefilled> {
  const found = await Promise.all(facts.findings.map((id) => findings.find(product, id)))
  const known = found.filter((one) => one !== undefined)
  const releases = await findings.releasesOf(known.map(({ id }) => id))
  const open = [...releases.values()].flat().filter(({ endedAt }) => endedAt === undefined)
  const names = new Set([facts.vulnerability, ...known.flatMap((one) => one.names)])
  const components = [...new Set(known.map(({ componentName }) => componentName))].join(', ')
  const componentName = line(components)
  const text = `Suggested because ${facts.vulnerability} is on a list of what is exploited; findings ${facts.findings.join(', ')} in ${facts.components.join(', ')}`
  return {
    wanted: {
      kind: 'vulnerability',
      title: title ?? line(`${facts.vulnerability} in ${components}`),
      cves: [...names].filter(isCveId).slice(0, LIST_MAX_COUNT),
      versions: [...new Set(open.map(({ version }) => version))].slice(0, LIST_MAX_COUNT),
    },
    acts: [
      { type: 'noted', text },
      ...(componentName === '' ? [] : [{ type: 'fieldsSet' as const, values: { componentName } }]),
    ],
  }
}

/** Names of components come from SBOMs. */
function line(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').slice(0, LINE_MAX_CHARACTERS)
}
