/** What the server knows of the devices, joined with the last thing each agent said. */

import { SAMPLE_PRODUCT } from '../firmware-samples/samples.ts'
import { ALL_DEVICES } from './devices.ts'
import type { OperatorApi } from './operator-api.ts'
import type { Row } from './table.ts'

/** A device as the operator's API lists it; the story reads these fields alone. */
export interface DeviceView {
  readonly id: string
  readonly version?: string | null
  readonly state?: string | null
  readonly waitingFor?: string | null
  readonly online?: boolean
}

export interface RolloutView {
  readonly id: string
  readonly release: string
  readonly state: string
}

export interface RolloutProgress {
  readonly failureCodes: Readonly<Record<string, number>>
}

export async function readDevices(api: OperatorApi): Promise<DeviceView[]> {
  const answer = (await api.get(`/products/${SAMPLE_PRODUCT}/devices`)) as DeviceView[]
  return answer
}

/** How many devices the rollout of this release failed on, by their own reports, because of its self-test. */
export async function countSelfTestFailures(api: OperatorApi, release: string): Promise<number> {
  const rollout = await findRollout(api, release)
  if (rollout === undefined) return 0
  const { progress } = (await api.get(`/products/${SAMPLE_PRODUCT}/rollouts/${rollout.id}`)) as {
    progress: RolloutProgress
  }
  return progress.failureCodes.SELF_TEST_FAILED ?? 0
}

export async function hasStopped(api: OperatorApi, release: string): Promise<boolean> {
  return (await findRollout(api, release))?.state === 'stopped'
}

async function findRollout(api: OperatorApi, release: string): Promise<RolloutView | undefined> {
  const rollouts = (await api.get(`/products/${SAMPLE_PRODUCT}/rollouts`)) as RolloutView[]
  return rollouts.find((candidate) => candidate.release === release)
}

export function rowsOf(
  views: readonly DeviceView[],
  lastMessages: ReadonlyMap<string, string>,
): Row[] {
  return ALL_DEVICES.map(({ id: device }) => {
    const view = views.find(({ id }) => id === device)
    return {
      device,
      version: view?.version ?? '–',
      state: view === undefined ? 'not enrolled' : (view.state ?? 'enrolled'),
      waitingFor: view?.waitingFor ?? '',
      lastMessage: lastMessages.get(device) ?? '',
    }
  })
}

export const allRun =
  (version: string, devices: readonly string[]) => (views: readonly DeviceView[]) =>
    devices.every((device) =>
      views.some((view) => view.id === device && view.version === version && view.state === 'idle'),
    )
