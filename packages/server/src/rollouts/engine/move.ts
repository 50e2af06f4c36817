/** What a rollout does next. */
import type { Because } from './explain/because.ts'

/** Index into the plan's groups, or those who joined late. */
export type OpenedGroup = number | 'late'

export type Move =
  /** `until`: when to ask again at the latest (seconds since 1970); without it, on news only. */
  | { readonly kind: 'wait'; readonly until?: number; readonly because: Because }
  /**
   * Open whole steps while they fit into `atMost`; a step that is larger than `most`, the largest number there
   * will ever be at this pace, is split (opening-steps.ts). Then say how many it were: opened().
   */
  | {
      readonly kind: 'open'
      readonly group: OpenedGroup
      readonly atMost: number
      readonly most: number
      readonly because: Because
    }
  /** Of a scheduled rollout: it runs now, and this is its first group. */
  | { readonly kind: 'openGroup'; readonly group: number; readonly because: Because }
  | { readonly kind: 'pause'; readonly because: Because }
  | { readonly kind: 'stop'; readonly because: Because }
  | { readonly kind: 'finish'; readonly because: Because }
