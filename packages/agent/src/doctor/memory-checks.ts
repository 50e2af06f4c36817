/** Whether the agent's memory, keys and all, stays in memory and with the agent. */
import { readFile, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Check, note, ok } from './check.ts'

/** Compressed memory: nothing of it lies on a disk unless somebody gave it one. */
const ZRAM = /^\/dev\/zram\d+$/

export const memoryChecks: readonly Check[] = [
  {
    id: 'processes-apart',
    what: 'No process reads the memory of another of the same user.',
    why: 'Another program of the agent’s user would read the device’s key there (CRA P-093).',
    look: async ({ procFolder }) => {
      const file = join(procFolder, 'sys/kernel/yama/ptrace_scope')
      const value = (await readFile(file, 'utf8').catch(() => 'missing')).trim()
      if (['1', '2', '3'].includes(value)) return ok(`ptrace_scope is ${value}`)
      return note(
        `ptrace_scope is ${value}`,
        'sysctl -w kernel.yama.ptrace_scope=1, in a kernel with Yama',
      )
    },
  },
  {
    id: 'swap-private',
    what: 'Memory is not swapped to a disk in the clear.',
    why: 'The device’s key would lie there, long after the agent has ended.',
    look: async ({ procFolder }) => {
      const lines = (await readFile(join(procFolder, 'swaps'), 'utf8')).trim().split('\n').slice(1)
      const places = lines.map((line) => line.split(/\s/)[0] ?? '')
      const open: string[] = []
      for (const place of places) if (!(await isPrivate(place))) open.push(place)
      if (open.length === 0) return ok(places.length === 0 ? 'no swap' : places.join(', '))
      return note(
        open.join(', '),
        'switch it off, or put it on dm-crypt with a key made at each boot',
      )
    },
  },
]

async function isPrivate(place: string): Promise<boolean> {
  if (ZRAM.test(place)) return true
  const device = basename(await realpath(place).catch(() => place))
  if (!device.startsWith('dm-')) return false
  const uuid = await readFile(`/sys/block/${device}/dm/uuid`, 'utf8').catch(() => '')
  return uuid.startsWith('CRYPT-')
}
