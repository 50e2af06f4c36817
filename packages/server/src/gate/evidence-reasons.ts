/** Whether what a product asks for as evidence is there and has not failed (CRA P-044, P-115). Pure. */
import { type Evidence, type EvidenceKind, newestOf } from '../evidence/evidence.ts'
import type { GateReason } from './gate.ts'

export function evidenceReasons(
  kinds: readonly EvidenceKind[],
  all: readonly Evidence[],
  version: string,
): readonly GateReason[] {
  const newest = newestOf(all)
  return kinds.flatMap((kind): readonly GateReason[] => {
    const ofKind = newest.filter((one) => one.kind === kind)
    if (ofKind.length === 0) {
      const sentence = `There is no evidence of the kind ${kind} for the artifact or the SBOM of ${version}.`
      return [{ code: 'EVIDENCE_MISSING', about: kind, sentence, facts: { kind, version } }]
    }
    return ofKind.flatMap(({ name, outcome }) => {
      if (outcome === 'passed') return []
      const sentence = `The newest ${kind} called ${name} says that it failed.`
      const facts = { kind, name }
      return [{ code: 'EVIDENCE_FAILED' as const, about: `${kind} ${name}`, sentence, facts }]
    })
  })
}
