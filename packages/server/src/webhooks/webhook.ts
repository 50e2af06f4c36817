/** A subscription: which events go to which address, and how far it has come. */

export const WEBHOOK_STATES = ['enabled', 'disabled', 'failed'] as const
/** `disabled` by a person; `failed` by the server, after days without an answer. */
export type WebhookState = (typeof WEBHOOK_STATES)[number]

/** What people set. */
export interface Webhook {
  readonly id: string
  /** Undefined: events of all products, and those of none. */
  readonly product: string | undefined
  readonly url: string
  readonly description: string
  /** Patterns: `rollout.*`, `device.quarantined`, `*`. */
  readonly types: readonly string[]
  readonly state: WebhookState
  /** Sealed; see {@link webhookPurpose}. */
  readonly secret: string
  /** The one before the last rotation; signs as well until `oldSecretUntil` (seconds). */
  readonly oldSecret: string | undefined
  readonly oldSecretUntil: number | undefined
  /** Of what people set; deliveries do not raise it. */
  readonly revision: number
  readonly createdAt: number
  /** Account id. */
  readonly createdBy: string
}

/** What the deliveries leave behind. */
export interface Progress {
  /** Of the last event that was delivered, or is none of its business. */
  readonly position: number
  /** At the event that is due now. */
  readonly attempts: number
  /** Not before then, in seconds. */
  readonly nextAt: number
  /** Since when nothing got through; undefined when the last delivery did. */
  readonly failingSince: number | undefined
}

export interface Delivery {
  readonly webhook: string
  readonly event: string
  readonly position: number
  readonly type: string
  /** `asked`: somebody asked for it to be delivered again. */
  readonly state: 'delivered' | 'failing' | 'asked'
  readonly attempts: number
  readonly firstAt: number
  readonly lastAt: number
  /** Of the last answer. */
  readonly status: number | undefined
  /** Why there was none, or none that counts: a code of deliver.ts. */
  readonly error: string | undefined
}

/** What the secrets of a webhook are sealed for. */
export function webhookPurpose(id: string): string {
  return `webhook/${id}`
}
