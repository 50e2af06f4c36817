/**
 * The life of a rollout.
 *
 *   creating → waitingForApproval → ready → scheduled → running ⇄ paused
 *                                                          │        │
 *                                                          ├→ finished
 *                                                          └→ stopped ┘
 *   and from each of them → withdrawn
 *
 * Only `scheduled → running`, `running → paused | stopped | finished` and `paused → stopped` happen by
 * themselves; every other arrow is a person's.
 */
export const ROLLOUT_STATES = [
  'creating',
  'waitingForApproval',
  'ready',
  'scheduled',
  'running',
  'paused',
  'finished',
  'stopped',
  'withdrawn',
] as const

export type RolloutState = (typeof ROLLOUT_STATES)[number]
