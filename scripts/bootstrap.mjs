/**
 * What every command of this repository does first: install from the lockfile when that is missing
 * or older than the lockfile, then hand over to the Node.js that the lockfile pins.
 *
 * Plain JavaScript for any node since 18, importing nothing from node_modules, because it runs
 * before either is there. It cannot be a `prestart` script: `.npmrc` switches those off.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = dirname(dirname(fileURLToPath(import.meta.url)))

const bin = join(repository, 'node_modules', '.bin')

const PINNED = ['linux x64', 'linux arm64', 'darwin arm64', 'darwin x64']

/** Installs if need be; returns the path of the pinned node, or ends with a sentence. */
export async function pinnedNode() {
  const platform = `${process.platform} ${process.arch}`
  if (!PINNED.includes(platform)) {
    stop(
      `This repository pins Node.js for ${PINNED.join(', ')}; this machine is ${platform}.`,
      'Use one of those platforms, or a virtual machine of one.',
    )
  }
  if (!isInstalled()) {
    process.stderr.write('Installing what the lockfile lists, about 400 MB on disk (npm ci) …\n')
    // npm tells its scripts where it is; outside of npm the one on the PATH serves.
    const npm = process.env.npm_execpath
    // npm's own patience with a network that is away is several minutes of silence.
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1']
    const status = npm?.endsWith('.js')
      ? await runWith(pathOutside(), process.execPath, [npm, ...args])
      : await runWith(pathOutside(), 'npm', args)
    if (status !== 0) {
      stop(
        'npm ci did not finish, so nothing was started.',
        'Look at its message above; most often the network or the registry is away. Then try again.',
      )
    }
  }
  const node = join(bin, 'node')
  if (!existsSync(node)) {
    stop(
      `The pinned Node.js is missing at ${node}.`,
      'npm was told to leave out optional packages. Run `npm ci --include=optional`, then try again.',
    )
  }
  return node
}

/** Makes the console's static files anew when one of its sources is newer; a second or two. Ends with a sentence. */
export async function builtConsole(node) {
  const console = join(repository, 'packages', 'console')
  if (isBuilt(console)) return
  const vite = join(repository, 'node_modules', 'vite', 'bin', 'vite.js')
  const status = await run(node, [vite, 'build', '--logLevel', 'warn', console])
  if (status !== 0) {
    stop('The console was not built, so nothing was started.', 'Mend what is said above.')
  }
}

function isBuilt(console) {
  const page = join(console, 'dist', 'index.html')
  if (!existsSync(page)) return false
  const builtAt = statSync(page).mtimeMs
  const shared = join(repository, 'packages', 'shared', 'src')
  const sources = [
    ...['index.html', 'vite.config.ts', 'package.json'].map((name) => join(console, name)),
    ...[join(console, 'src'), shared].flatMap((folder) =>
      readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
    ),
  ]
  return sources.every((path) => statSync(path).mtimeMs <= builtAt)
}

/** npm writes the hidden lockfile last, so one that is there and newer means a whole install. */
function isInstalled() {
  const installed = join(repository, 'node_modules', '.package-lock.json')
  const wanted = join(repository, 'package-lock.json')
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs
}

/**
 * Runs a command in the repository with our standard streams; resolves with its exit status. The
 * commands of the repository come first on its path, so that what it starts finds the pinned node.
 */
export function run(command, args) {
  return runWith(`${bin}:${pathOutside()}`, command, args)
}

/** npm must not be run by a node that it is about to replace; npm puts it on the path of scripts. */
function pathOutside() {
  const places = (process.env.PATH ?? '').split(':')
  return places.filter((place) => place !== bin).join(':')
}

/** A Ctrl-C reaches the command by itself (it is in our process group), so it is only awaited. */
function runWith(path, command, args) {
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: path }
    const child = spawn(command, args, { cwd: repository, stdio: 'inherit', env })
    const wait = () => {}
    const forward = () => child.kill('SIGTERM')
    process.on('SIGINT', wait)
    process.on('SIGTERM', forward)
    child.on('error', (error) => stop(`Could not start ${command}: ${error.message}`))
    child.on('exit', (code, signal) => {
      process.off('SIGINT', wait)
      process.off('SIGTERM', forward)
      resolve(signal === null ? code : signal === 'SIGINT' ? 130 : 1)
    })
  })
}

export function stop(...sentences) {
  process.stderr.write(`${sentences.join('\n')}\n`)
  process.exit(1)
}
