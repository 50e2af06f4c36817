/** What the system below the agent has to give: kernel and clock. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FileRecordStore } from '../adapters/file-record-store.ts'
import { isClockUnsure } from '../core/clock-floor.ts'
import { type Check, ok, warning, wrong } from './check.ts'

export const systemChecks: readonly Check[] = [
  {
    id: 'addresses-random',
    what: 'The kernel places programs at random addresses.',
    why: 'Exploits of memory errors have to guess then (CRA P-093).',
    look: async ({ procFolder }) => {
      const value = await kernelSetting(procFolder, 'randomize_va_space')
      if (value === '2') return ok('randomize_va_space is 2')
      return wrong(`randomize_va_space is ${value}`, 'sysctl -w kernel.randomize_va_space=2')
    },
  },
  {
    id: 'kernel-log-private',
    what: 'Only root reads the kernel’s log.',
    why: 'It tells an attacker the addresses that were drawn.',
    look: async ({ procFolder }) => {
      const value = await kernelSetting(procFolder, 'dmesg_restrict')
      if (value === '1') return ok('dmesg_restrict is 1')
      return warning(`dmesg_restrict is ${value}`, 'sysctl -w kernel.dmesg_restrict=1')
    },
  },
  {
    id: 'clock-plausible',
    what: 'The clock is not behind the newest time that the device has verified.',
    why: 'Certificates look not yet valid then, and no connection comes about.',
    look: async ({ settings, nowMs }) => {
      const record = await new FileRecordStore(settings.dataFolder).load()
      const floor = record?.clockFloor ?? 0
      if (!isClockUnsure(nowMs, floor)) return ok(new Date(nowMs).toISOString())
      const seen = `${new Date(nowMs).toISOString()}, verified ${new Date(floor * 1000).toISOString()}`
      return wrong(seen, 'set the clock, and keep it with systemd-timesyncd')
    },
  },
]

async function kernelSetting(procFolder: string, name: string): Promise<string> {
  return (await readFile(join(procFolder, 'sys/kernel', name), 'utf8')).trim()
}
