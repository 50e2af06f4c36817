/** A user's numbers by its name, as the system's own tool knows them: Node.js cannot ask. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ProductUser } from '../adapters/process-group.ts'

const TIME_LIMIT_MS = 10_000
const run = promisify(execFile)

/** undefined when there is no such user. */
export async function findUser(name: string): Promise<ProductUser | undefined> {
  try {
    return { uid: await number('-u', name), gid: await number('-g', name) }
  } catch {
    return undefined
  }
}

async function number(option: '-u' | '-g', name: string): Promise<number> {
  const { stdout } = await run('/usr/bin/id', [option, '--', name], { timeout: TIME_LIMIT_MS })
  if (!/^\d{1,10}\n$/.test(stdout)) throw new Error(`id ${option} said ${stdout.slice(0, 50)}`)
  return Number(stdout)
}
