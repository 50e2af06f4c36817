/** Runs `demo/main.ts --once` as a real process, and finds the processes that belong to its folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const TELLER = fileURLToPath(new URL('../../../demo/main.ts', import.meta.url))

export interface StoryEnd {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

export function startStory(
  folder: string,
  onOutput: (text: string) => void = () => {},
): { child: ChildProcess; end: Promise<StoryEnd> } {
  const child = spawn(process.execPath, [TELLER, '--once', '--folder', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      onOutput(output)
    })
  }
  const end = new Promise<StoryEnd>((resolve) => {
    // 'exit', not 'close': a killed story's children hold its pipes open.
    child.once('exit', (status, signal) => resolve({ status, signal, output }))
  })
  return { child, end }
}

/** The processes the story keeps or waits for, by name, as it records them. */
export function keptProcesses(folder: string): { name: string; pid: number }[] {
  return ['processes', 'commands']
    .flatMap((name) => recordsIn(join(folder, name)))
    .concat(
      namesIn(join(folder, 'devices')).flatMap((device) =>
        recordsIn(join(folder, 'devices', device, 'data')),
      ),
    )
}

/** Every process whose command line names the folder. Linux. */
export function processesOf(folder: string): number[] {
  return namesIn('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && commandLine(pid).includes(folder))
}

function recordsIn(folder: string): { name: string; pid: number }[] {
  return namesIn(folder)
    .filter((name) => /\.(json|pid)$/.test(name))
    .flatMap((name) => {
      try {
        const { pid } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { pid?: unknown }
        return typeof pid === 'number' ? [{ name, pid }] : []
      } catch {
        return []
      }
    })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
