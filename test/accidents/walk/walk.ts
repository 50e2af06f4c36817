/** The walk as a person starts it: progress while it goes on, a recipe for each failure, a line of JSON. */
import { caseOf, catalogue } from './catalogue.ts'
import { recipe, tryAll } from './tried.ts'
import { Surroundings } from './try-case.ts'

const PROGRESS_EVERY_MS = 2000

type Out = (text: string) => void

/** Returns how many failed. */
export async function walkAll({
  seed,
  kind,
  out,
}: {
  readonly seed: number
  readonly kind: string
  readonly out: Out
}): Promise<number> {
  const beganMs = performance.now()
  const surroundings = await Surroundings.make()
  const all = await catalogue(surroundings, seed)
  const cases = all.filter((one) => `${one.kind} ${one.scenario.name}`.includes(kind))
  const kinds = Map.groupBy(cases, (one) => one.kind)
  for (const [name, ofKind] of kinds) out(`${String(ofKind.length).padStart(6)}  ${name}\n`)
  let tried = 0
  let toldMs = beganMs
  const failures = await tryAll(surroundings, cases, (failure) => {
    tried += 1
    if (failure !== undefined) out(`failed: ${recipe(failure)}\n`)
    if (performance.now() - toldMs < PROGRESS_EVERY_MS) return
    toldMs = performance.now()
    out(`${tried} of ${cases.length} tried, ${secondsSince(beganMs)} s\n`)
  })
  const [failed, seconds] = [failures.length, secondsSince(beganMs)]
  out(`${JSON.stringify({ cases: cases.length, failed, seconds })}\n`)
  return failed
}

/** One case with its whole course. */
export async function walkOne(id: string, out: Out): Promise<number> {
  const beganMs = performance.now()
  const surroundings = await Surroundings.make()
  const { scenario, faults } = caseOf(id)
  const { machine, flaws } = await surroundings.tryCase(scenario, faults)
  machine.referee.steps.forEach(({ state, kind, name }, index) => {
    const struck = faults.some(({ at }) => at === index + 1) ? '  <<<' : ''
    out(
      `${String(index + 1).padStart(5)}  ${state.padEnd(12)} ${kind.padEnd(8)} ${name}${struck}\n`,
    )
  })
  for (const { event, facts } of machine.logged) out(`log  ${event} ${JSON.stringify(facts)}\n`)
  for (const { report } of machine.server.received) {
    const { seq, state, version, code, refused, event } = report
    const words = [seq, state, version, code, refused, event?.name]
    out(`report  ${words.filter((word) => word !== undefined).join(' ')}\n`)
  }
  for (const flaw of flaws) out(`flaw  ${flaw}\n`)
  const failed = flaws.length === 0 ? 0 : 1
  out(`${JSON.stringify({ cases: 1, failed, seconds: secondsSince(beganMs) })}\n`)
  return failed
}

const secondsSince = (beganMs: number) => Math.round((performance.now() - beganMs) / 100) / 10
