/**
 * A risk of a product, and how high it is (CRA P-010, P-015, P-016, P-032). What is reviewed is the whole register at a
 * time: an assessment. Pure.
 */

/** Who might do it, and what they can do: from little to nearly everything. */
export const ACTORS = {
  curious: 'tools that others wrote, no aim',
  criminal: 'for money: organised, buys what it needs',
  insider: 'rights and knowledge from inside',
  competitor: 'money and knowledge of the trade',
  supplier: 'what is built in, or its build',
  state: 'patience and means without end',
  nobody: 'misuse, a mistake or chance',
} as const
export type Actor = keyof typeof ACTORS
export const ACTOR_IDS = Object.keys(ACTORS) as [Actor, ...Actor[]]

export const STRIDE = [
  ...(['spoofing', 'tampering', 'repudiation', 'information-disclosure'] as const),
  ...(['denial-of-service', 'elevation-of-privilege'] as const),
] as const
export const LEVELS = ['low', 'medium', 'high'] as const
export type Level = (typeof LEVELS)[number]
/** To health and life. */
export const SAFETY_LEVELS = ['none', ...LEVELS] as const
export const TREATMENTS = ['avoid', 'mitigate', 'transfer', 'accept'] as const
/** Art. 13(2). */
export const STAGES = [
  ...(['planning', 'design', 'development', 'production', 'delivery', 'maintenance'] as const),
] as const

export interface Risk {
  readonly asset: string
  readonly actor: Actor
  readonly threat: string
  readonly stride: (typeof STRIDE)[number]
  readonly vulnerability: string
  readonly likelihood: Level
  readonly impact: Level
  readonly safetyImpact: (typeof SAFETY_LEVELS)[number]
  readonly treatment: (typeof TREATMENTS)[number]
  /** How it is treated, or why it is accepted. */
  readonly measure: string
  readonly residual: Level
  readonly owner: string
  readonly stage: (typeof STAGES)[number]
  /** Addresses of reports, decisions and the like. */
  readonly evidence: readonly string[]
  /** Names or addresses of tests. */
  readonly tests: readonly string[]
}

export interface KeptRisk extends Risk {
  readonly id: string
  readonly revision: number
  /** Seconds since 1970. */
  readonly changedAt: number
  /** Account id. */
  readonly changedBy: string
}

/** Before it is treated. What may hurt somebody badly is never low, however unlikely. */
export function levelOf({ likelihood, impact, safetyImpact }: Risk): Level {
  const worst = Math.max(LEVELS.indexOf(impact), SAFETY_LEVELS.indexOf(safetyImpact) - 1)
  const sum = worst + LEVELS.indexOf(likelihood)
  return sum >= 3 ? 'high' : sum === 2 ? 'medium' : 'low'
}

export function lacksEvidence(risk: Risk): boolean {
  return levelOf(risk) === 'high' && risk.evidence.length === 0 && risk.tests.length === 0
}
