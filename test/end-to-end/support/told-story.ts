/** The server of a story that was told to its end, started once more to be asked what is there. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type StoryFolder, storyFolder } from '../../../demo/folder.ts'
import { OperatorApi } from '../../../demo/operator-api.ts'
import { ROOT } from '../../support/sources.ts'

const SERVER = join(ROOT, 'packages/server/bin/fleetward-server')

/** Answers of the operator's API, as the machine's token gets them. */
// biome-ignore lint/suspicious/noExplicitAny: answers are compared, not computed with
export type Ask = (path: string) => Promise<any>

export async function withToldStory(
  root: string,
  look: (ask: Ask, folder: StoryFolder) => Promise<void>,
): Promise<void> {
  const folder = storyFolder(root)
  const server = spawn(SERVER, ['--settings', folder.server.settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit')
  try {
    await Promise.race([ready(server.stdout), ended.then(() => Promise.reject(new Error('ended')))])
    const { listen } = JSON.parse(readFileSync(folder.server.settings, 'utf8'))
    const api = new OperatorApi(folder, listen.operator)
    await look((path) => api.get(path), folder)
  } finally {
    server.kill('SIGTERM')
    await ended
  }
}

async function ready(stdout: NodeJS.ReadableStream): Promise<void> {
  for await (const line of createInterface({ input: stdout })) {
    if (line.includes('"event":"ready"')) {
      stdout.resume()
      return
    }
  }
  throw new Error('The server said nothing of being ready.')
}
