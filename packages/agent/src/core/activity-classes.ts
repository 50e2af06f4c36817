/** The classes of the activity log, the most important first: what a full disk leaves alone the longest. */
import type { ActivityClass } from '../ports.ts'

export const ACTIVITY_CLASSES = [
  'security',
  'access',
  'configuration',
  'data',
  'update',
  'diagnostic',
] as const satisfies readonly ActivityClass[]
