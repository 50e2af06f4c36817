/** A device whose slots hold the agent itself, run by the starter. */
import { execFile } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findRecordedProcess } from '@fleetward/platform'
import { FACTORY_VERSION, type Fleet } from './fleet.ts'
import { AGENT, type FleetDevice } from './fleet-device.ts'
import { AGENT_IN_SLOT, type SelfFirmwarePlan, selfFirmware } from './self-firmware.ts'
import { until } from './until.ts'

export interface SelfPlan {
  readonly cohort: string
  /** What the factory's version brings. */
  readonly agent: SelfFirmwarePlan['agent']
  readonly settings?: object
}

export async function selfDevice(fleet: Fleet, id: string, plan: SelfPlan): Promise<FleetDevice> {
  const { cohort, agent, settings } = plan
  const device = await fleet.device(id, {
    cohort,
    settings: { self: { program: AGENT_IN_SLOT }, trialBoots: 2, ...settings },
    fillSlot: async ({ settingsFile, folder: home }) => {
      const artifact = join(home, 'factory.tar.zst')
      const { artifact: bytes } = selfFirmware({
        version: FACTORY_VERSION,
        securityCounter: 1,
        agent,
      })
      await writeFile(artifact, bytes)
      await promisify(execFile)(AGENT, [
        ...['factory-install', '--settings', settingsFile, '--artifact', artifact],
        ...['--version', FACTORY_VERSION, '--security-counter', '1'],
      ])
    },
  })
  device.command = 'start'
  return device
}

/** Between two agents there is none for a moment. */
export async function agentOf(device: FleetDevice): Promise<number> {
  const record = join(device.data, 'started-agent.pid')
  const { pid } = await until(
    () => findRecordedProcess(record),
    () => device.account(),
  )
  return pid
}

/** Ended, whether somebody has looked or not. */
export function isGone(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

/** Where the running agent's program lies. */
export async function slotOfAgent(device: FleetDevice): Promise<string | undefined> {
  const cwd = readlinkSync(`/proc/${await agentOf(device)}/cwd`)
  return cwd.split('/').at(-1)
}
