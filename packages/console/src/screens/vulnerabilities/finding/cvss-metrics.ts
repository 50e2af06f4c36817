/** A CVSS vector taken apart, so that each of its metrics can be said in words. Pure. */

/** Those of the vulnerable system in CVSS 4.0 are said as what they were called before. */
const SAME: Readonly<Record<string, string>> = { VC: 'C', VI: 'I', VA: 'A' }
/** How it is reached and what is lost: the rest (environment, threat) is no manufacturer's to say. */
const BASE = /^(AV|AC|AT|PR|UI|S|C|I|A|SC|SI|SA|Au)$/
const METRICS_MAX_COUNT = 20

export interface Metric {
  /** As in the vector: `AV:N`. */
  readonly code: string
  /** What it is said by: `AV-N`. */
  readonly word: string
}

export function metricsOf(vector: string): readonly Metric[] {
  return vector
    .split('/')
    .slice(0, METRICS_MAX_COUNT)
    .flatMap((code) => {
      const [, name = '', value = ''] = /^([A-Za-z]{1,3}):([A-Z])$/.exec(code) ?? []
      const metric = SAME[name] ?? name
      return BASE.test(metric) ? [{ code, word: `${metric}-${value}` }] : []
    })
}
