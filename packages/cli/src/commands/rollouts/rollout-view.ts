/** A rollout as the server tells it, and as a person reads it. */
export interface Rollout {
  readonly id: string
  readonly release: string
  readonly cohort: string
  readonly state: string
  readonly share: number
  readonly groups?: readonly {
    readonly name: string
    readonly columns: Readonly<Record<string, number>>
  }[]
  readonly explanation?: { readonly sentence: string }
  readonly deadline?: { readonly sentence?: string }
  readonly progress?: {
    readonly byState: Readonly<Record<string, number>>
    readonly waitingFor: Readonly<Record<string, number>>
    readonly committed: number
    readonly failed: number
    readonly failureCodes: Readonly<Record<string, number>>
  }
}

export function linesOf({
  id,
  release,
  cohort,
  state,
  share,
  progress,
  groups,
  explanation,
  deadline,
}: Rollout): string[] {
  const counts = (numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  const head = `${id}  ${release} → ${cohort}, ${Math.round(share * 10_000) / 100} %, ${state}`
  if (progress === undefined) return [head]
  return [
    head,
    ...(explanation === undefined ? [] : [`    ${explanation.sentence}`]),
    ...(deadline?.sentence === undefined ? [] : [`    ${deadline.sentence}`]),
    ...(groups ?? []).map(({ name, columns }) => `    group ${name}: ${counts(present(columns))}`),
    `    committed ${progress.committed}, failed ${progress.failed}`,
    ...(Object.keys(progress.byState).length > 0
      ? [`    states: ${counts(progress.byState)}`]
      : []),
    ...(Object.keys(progress.waitingFor).length > 0
      ? [`    waiting for: ${counts(progress.waitingFor)}`]
      : []),
    ...(Object.keys(progress.failureCodes).length > 0
      ? [`    failures: ${counts(progress.failureCodes)}`]
      : []),
  ]
}

function present(columns: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(columns).filter(([, count]) => count > 0))
}
