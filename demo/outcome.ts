/** How the story came out, judged from what the server knows, and its last line. Pure. */
import { DEVICES } from './devices.ts'
import type { DeviceView } from './fleet.ts'

export interface Outcome {
  readonly devices: readonly { id: string; version: string; state: string }[]
  readonly rolledBack: { readonly release: string; readonly devices: number }
  readonly seconds: number
}

export function outcomeOf(
  views: readonly DeviceView[],
  rolledBack: { release: string; devices: number },
  seconds: number,
): Outcome {
  return {
    devices: DEVICES.map((id) => {
      const view = views.find((candidate) => candidate.id === id)
      return { id, version: view?.version ?? 'unknown', state: view?.state ?? 'unknown' }
    }),
    rolledBack,
    seconds: Math.round(seconds * 10) / 10,
  }
}

/** Every device runs the good release and came back from the bad one. */
export function cameOutRight(outcome: Outcome, version: string): boolean {
  return (
    outcome.devices.every((device) => device.version === version && device.state === 'idle') &&
    outcome.rolledBack.devices === DEVICES.length
  )
}
