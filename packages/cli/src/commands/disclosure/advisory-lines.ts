/** What `fleetward advisories` prints for a person. */

export interface Advisory {
  readonly id: string
  readonly state: string
  readonly title: string
  readonly rating?: string
  readonly names: readonly string[]
  readonly version: number
  readonly hold?: { readonly reason: string; readonly until: number; readonly isOver: boolean }
}

export interface AdvisoryInFull extends Advisory {
  readonly content: Readonly<Record<string, unknown>> & {
    readonly summary: string
    readonly action: string
    readonly vulnerabilities: readonly {
      readonly name: string
      readonly affected: readonly string[]
      readonly fixed: readonly string[]
    }[]
  }
  readonly reports: readonly string[]
  readonly flaws: readonly string[]
  readonly unfixed: readonly string[]
  readonly versions: readonly {
    readonly version: number
    readonly at: number
    readonly change: string
  }[]
  readonly url?: string
}

export function lineOf({ id, state, version, rating = 'unrated', title, hold }: Advisory): string {
  const held = hold === undefined ? '' : ` until ${day(hold.until)}${hold.isOver ? ', over' : ''}`
  const published = version === 0 ? '' : ` version ${version}`
  return `${id}  ${state}${held}${published}  ${rating}  ${title || '(no title)'}`
}

export function linesOf(advisory: AdvisoryInFull): string[] {
  const { content, names, hold, flaws, unfixed, versions, url, reports, id, version } = advisory
  const lines = (label: string, all: readonly string[]) => all.map((one) => `${label}: ${one}`)
  return [
    lineOf(advisory),
    ...lines('names', names.length === 0 ? [] : [names.join(', ')]),
    ...content.vulnerabilities.map(
      (one) =>
        `${one.name}: affected ${one.affected.join(', ') || 'none'}; fixed in ${one.fixed.join(', ') || 'none'}`,
    ),
    ...lines('summary', content.summary === '' ? [] : [content.summary]),
    ...lines('what owners shall do', content.action === '' ? [] : [content.action]),
    ...lines('held because', hold === undefined ? [] : [hold.reason]),
    ...lines('report', reports),
    ...versions.map((one) => `version ${one.version}, ${day(one.at)}: ${one.change}`),
    ...lines('page', url === undefined ? [] : [url]),
    ...lines('missing', flaws),
    ...lines('no published release fixes', unfixed),
    ...(version === 0 && flaws.length === 0 && unfixed.length === 0
      ? [`Next: fleetward advisories publish ${id}`]
      : []),
  ]
}

function day(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 10)
}
