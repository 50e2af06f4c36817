/** What users of a product are told of a case (Art. 14(8)), as whoever delivers it reads it. */

/** Owners of devices with an affected version, of all devices of the product, or of all products. */
export const NOTICE_AUDIENCES = ['impacted', 'product', 'all'] as const
export type NoticeAudience = (typeof NOTICE_AUDIENCES)[number]

export interface CaseNotice {
  /** Their order, over all cases. */
  readonly number: number
  readonly caseId: string
  /** Of the event in the case. */
  readonly position: number
  readonly product: string
  /** Seconds since 1970. */
  readonly at: number
  readonly audience: NoticeAudience
  /** Those that were affected, as far as the case said then. */
  readonly versions: readonly string[]
  readonly text: string
}
