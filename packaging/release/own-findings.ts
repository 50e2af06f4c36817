/**
 * Fleetward's own gate: its SBOM matched with OSV by the very matcher that its users rely on. What is found and has no
 * statement stops a release; so does a feed that is old or does not find what it must (CRA P-036, P-039).
 */
import {
  CandidateIndex,
  freshnessOf,
  type Hit,
  ImportReport,
  matchComponent,
  openSource,
  readOsv,
  readSbom,
  type Statement,
} from '@fleetward/vulnerability'

/** OSV has records of npm that are as old as npm; the newest of them says how old the file is. */
const OSV_MAX_AGE_SECONDS = 3 * 86_400
const CONTROL = { ref: 'control', name: 'systeminformation', version: '5.2.5', cpes: [] }
const CONTROL_ID = 'CVE-2021-21315'

export class OwnGateClosedError extends Error {
  override readonly name = 'OwnGateClosedError'
}

export interface OwnFinding {
  readonly component: string
  readonly vulnerability: string
}

/** `osv`: OSV's `all.zip` of npm, or records of it. Throws OwnGateClosedError with everything that closes the gate. */
export async function requireAnswered(
  sbom: Uint8Array,
  osv: string,
  statements: readonly Statement[],
  now: Date,
): Promise<readonly OwnFinding[]> {
  const report = new ImportReport()
  const index = new CandidateIndex()
  let records = 0
  for await (const vulnerability of readOsv(openSource(osv, report), report)) {
    index.add(vulnerability)
    records += 1
  }
  const control = matchComponent({ ...CONTROL, purl: 'pkg:npm/systeminformation@5.2.5' }, index)
  const { sourceDate } = report.summary()
  const state = {
    importedAt: now,
    sourceDate: sourceDate === undefined ? undefined : new Date(sourceDate),
    records,
    positiveControl: control.affected.some((hit) => namesOf(hit).includes(CONTROL_ID))
      ? ('hit' as const)
      : ('missed' as const),
  }
  const policy = { maxAgeSeconds: OSV_MAX_AGE_SECONDS, minRecords: 1 }
  const { status, sentence } = freshnessOf('OSV', state, policy, now)
  const problems = status === 'fresh' ? [] : [sentence]

  const answered = new Set(statements.flatMap((one) => [one.vulnerability, ...one.aliases]))
  const found: OwnFinding[] = []
  for (const component of (await readSbom(sbom)).components) {
    for (const hit of matchComponent(component, index).affected) {
      const names = namesOf(hit)
      const vulnerability = names.find((name) => name.startsWith('CVE-')) ?? hit.vulnerability.id
      found.push({ component: component.ref, vulnerability })
      if (names.some((name) => answered.has(name))) continue
      problems.push(
        `${vulnerability} is in ${component.purl ?? component.name}, and own-statements.ts says nothing of it.`,
      )
    }
  }
  if (problems.length > 0) throw new OwnGateClosedError(problems.join('\n'))
  return found
}

function namesOf({ vulnerability }: Hit): readonly string[] {
  return [vulnerability.id, ...vulnerability.aliases]
}
