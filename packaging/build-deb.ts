/**
 * The agent as a Debian package with a Node.js of its own, since Debian's is too old. The same sources,
 * the same Node.js and the same SOURCE_DATE_EPOCH give the same bytes.
 *
 *   npm run package:deb                             for trying it out, into packaging/.built
 *   npm run package:deb -- --release --node /opt/node-26.12.1/bin/node
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { chmod, copyFile, lutimes, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { AGENT_VERSION } from '../packages/agent/src/agent.ts'
import { bundleAgent, REPOSITORY } from './bundle-agent.ts'
import { describeBuilt, writeChecksum } from './checksums.ts'
import { architectureOf, controlFile } from './debian/control.ts'
import { licencesOf, packageFoldersOf } from './licences.ts'
import { archOf, requireReleasable, versionOf } from './release-guard.ts'
import { copyStripped } from './stripped-node.ts'

export interface DebBuild {
  /** The Node.js that the package carries. */
  readonly node: string
  readonly folder: string
  readonly isRelease?: boolean
  /** Debian's own is xz; the others are faster to try. */
  readonly compression?: 'xz' | 'gzip' | 'none'
  /** Seconds since 1970 of every file in the package. */
  readonly epochSeconds: number
}

const DEBIAN = join(REPOSITORY, 'packaging/debian')
const UNITS = join(REPOSITORY, 'packaging/systemd')
const MAINTAINER_SCRIPTS = ['postinst', 'prerm', 'postrm']

/** Returns the path of the package. */
export async function buildDeb(build: DebBuild): Promise<string> {
  const { node, folder, isRelease = false, compression = 'xz', epochSeconds } = build
  if (isRelease) requireReleasable(versionOf(node))
  const arch = archOf(node)
  const root = join(folder, 'deb')
  await rm(root, { recursive: true, force: true })
  await fillRoot(root, node, arch)
  await settle(root, epochSeconds)

  const file = join(folder, `fleetward-agent_${AGENT_VERSION}_${architectureOf(arch)}.deb`)
  await rm(file, { force: true })
  // One thread: how xz cuts its blocks depends on how many there are.
  const options = ['--root-owner-group', `-Z${compression}`, '--threads-max=1']
  execFileSync('dpkg-deb', [...options, '--build', root, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds), LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 600_000,
  })
  await rm(root, { recursive: true })
  return file
}

async function fillRoot(root: string, node: string, arch: string): Promise<void> {
  const lib = join(root, 'usr/lib/fleetward-agent')
  const doc = join(root, 'usr/share/doc/fleetward-agent')
  await mkdir(join(root, 'usr/lib'), { recursive: true })
  const { sources } = await bundleAgent(lib)
  copyStripped(node, join(lib, 'node'))
  await copy(join(DEBIAN, 'fleetward-agent'), join(root, 'usr/bin'), 'fleetward-agent', 0o755)
  for (const name of readdirSync(UNITS).filter((file) => file.endsWith('.service'))) {
    await copy(join(UNITS, name), join(root, 'usr/lib/systemd/system'), name)
  }
  await copy(
    join(DEBIAN, 'sysusers.conf'),
    join(root, 'usr/lib/sysusers.d'),
    'fleetward-agent.conf',
  )
  await copy(join(DEBIAN, 'settings.example.json'), doc, 'settings.example.json')
  await copy(join(REPOSITORY, 'docs/integrating/debian.md'), doc, 'README.md')
  await writeFile(join(doc, 'copyright'), licencesOf(node, packageFoldersOf(sources)))
  const changelog = await readFile(join(REPOSITORY, 'CHANGELOG.md'))
  await writeFile(join(doc, 'changelog.gz'), gzipSync(changelog, { level: 9 }))

  const control = join(root, 'DEBIAN')
  await mkdir(control)
  for (const name of MAINTAINER_SCRIPTS) await copy(join(DEBIAN, name), control, name, 0o755)
  const installedBytes = await bytesIn(root)
  const fields = { version: AGENT_VERSION, arch, installedBytes }
  await writeFile(join(control, 'control'), controlFile(fields))
  await writeFile(join(control, 'md5sums'), md5sums(root))
}

async function copy(from: string, folder: string, name: string, mode = 0o644): Promise<void> {
  await mkdir(folder, { recursive: true })
  await copyFile(from, join(folder, name))
  await chmod(join(folder, name), mode)
}

/** Modes and times of everything, whatever the umask and the clock of who builds. */
async function settle(root: string, epochSeconds: number): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const programs = new Set([
    ...['usr/bin/fleetward-agent', 'usr/lib/fleetward-agent/node'],
    ...MAINTAINER_SCRIPTS.map((name) => `DEBIAN/${name}`),
  ])
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const isProgram = entry.isDirectory() || programs.has(path.slice(root.length + 1))
    await chmod(path, isProgram ? 0o755 : 0o644)
    await lutimes(path, epochSeconds, epochSeconds)
  }
  await chmod(root, 0o755)
  await lutimes(root, epochSeconds, epochSeconds)
}

async function bytesIn(root: string): Promise<number> {
  return Number(execFileSync('du', ['-sb', root], { encoding: 'utf8' }).split('\t')[0])
}

/** What `dpkg --verify` compares with; what was built is vouched for by the SHA-256 beside it. */
function md5sums(root: string): string {
  const find = 'find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum'
  return execFileSync('sh', ['-c', find], { cwd: root, encoding: 'utf8' })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      node: { type: 'string', default: process.execPath },
      folder: { type: 'string', default: join(REPOSITORY, 'packaging/.built') },
      release: { type: 'boolean', default: false },
    },
  })
  const folder = resolve(values.folder)
  await mkdir(folder, { recursive: true })
  process.stdout.write('Building the package: a minute or two, most of it compression.\n')
  const file = await buildDeb({
    ...{ node: values.node, folder, isRelease: values.release },
    epochSeconds: Number(process.env.SOURCE_DATE_EPOCH ?? lastCommitSeconds()),
  })
  process.stdout.write(describeBuilt(file, await writeChecksum(file)))
}

function lastCommitSeconds(): string {
  const words = ['log', '-1', '--format=%ct']
  return execFileSync('git', words, { cwd: REPOSITORY, encoding: 'utf8' }).trim()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  })
}
