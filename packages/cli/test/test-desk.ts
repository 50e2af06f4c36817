/** The command on a desk in a temporary folder: as a process, or in this one. */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKey } from '@fleetward/platform'
import { encodeKeySet, tufKeyOf } from '@fleetward/shared'
import { buildArtifact } from '../src/artifact/build-artifact.ts'
import { runHere } from './run-here.ts'

export const COMMAND = fileURLToPath(new URL('../bin/fleetward', import.meta.url))
export const PRODUCT = 'lumen'
const PASSPHRASE = 'correct horse battery'

export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** Standard output as JSON; throws when it is anything else. */
  json<T = Record<string, unknown>>(): T
}

export async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(COMMAND, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? -1))
  })
  return { exitCode, stdout, stderr, json: () => JSON.parse(stdout) }
}

/** A desk and what a manufacturer has beside it. */
export class TestDesk {
  readonly folder: string
  readonly desk: string
  readonly passphraseFile: string

  constructor(folder: string) {
    this.folder = folder
    this.desk = join(folder, 'desk')
    this.passphraseFile = join(folder, 'passphrase')
  }

  static async make(): Promise<TestDesk> {
    const desk = new TestDesk(await mkdtemp(join(tmpdir(), 'fleetward-desk-')))
    await writeFile(desk.passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 })
    await desk.writeArtifact('1.4.3')
    await writeFile(join(desk.folder, 'sbom.cdx.json'), sbomOf('1.4.3'))
    return desk
  }

  /** The same desk again, for a test that spoils it. */
  async copy(): Promise<TestDesk> {
    const folder = await mkdtemp(join(tmpdir(), 'fleetward-desk-'))
    await cp(this.folder, folder, { recursive: true })
    return new TestDesk(folder)
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }

  /** In this process: all of the command but its main.ts, many times as fast. */
  async run(...args: readonly string[]): Promise<Ended> {
    const { exitCode, out, notes } = await runHere(['--desk', this.desk, '--json', ...args])
    return { exitCode, stdout: out, stderr: notes, json: () => JSON.parse(out) }
  }

  async generate(...names: readonly string[]): Promise<void> {
    await Promise.all(
      names.map((name) =>
        this.run('keys', 'generate', name, '--passphrase-file', this.passphraseFile),
      ),
    )
  }

  sign(draft: string, key: string): Promise<Ended> {
    return this.run('sign', draft, '--key', key, '--passphrase-file', this.passphraseFile, '--yes')
  }

  create(...changes: readonly string[]): Promise<Ended> {
    return this.run('release', 'create', ...this.releaseOptions(), ...changes)
  }

  releaseOptions(): string[] {
    return [
      ...['--product', PRODUCT, '--artifact', join(this.folder, 'lumen-1.4.3.tar.gz')],
      ...['--sbom', join(this.folder, 'sbom.cdx.json'), '--kind', 'security'],
      ...['--version', '1.4.3', '--security-counter', '2', '--compatible', 'lumen'],
      ...['--base', '1.4.2', '--fixes', 'CVE-2021-21315', '--notes', 'Closes a hole'],
    ]
  }

  async writeArtifact(version: string, content = 'process.exit(0)\n'): Promise<string> {
    const source = await mkdtemp(join(tmpdir(), 'fleetward-firmware-'))
    await writeFile(join(source, 'service.js'), content)
    const out = join(this.folder, `lumen-${version}.tar.gz`)
    const commands = { start: ['node', 'service.js'], selfTest: ['node', 'service.js'] }
    await buildArtifact({ folder: source, product: PRODUCT, version, ...commands, out })
    await rm(source, { recursive: true })
    return out
  }

  /** Keys of a server that nobody runs, for what is tested without one. */
  async writeServerKeys(): Promise<string> {
    const publicKey = () => generateKey('ed25519').publicKey
    const keySet = () => new TextDecoder().decode(encodeKeySet([publicKey().bytes]))
    const pem = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'
    const path = join(this.folder, 'server-keys.json')
    await writeFile(
      path,
      JSON.stringify({
        id: PRODUCT,
        onlineKeys: { timestamp: tufKeyOf(publicKey()), snapshot: tufKeyOf(publicKey()) },
        trust: { 'director.jwks': keySet(), 'commands.jwks': keySet(), 'fleet-ca.pem': pem },
        serverCa: pem,
      }),
    )
    return path
  }

  /** 2 of 3 for root, 2 of 2 for targets, one key for each kind of release. */
  init(serverKeys: string, ...more: readonly string[]): Promise<Ended> {
    return this.run(
      ...['repository', 'init', PRODUCT, '--server-keys', serverKeys, ...more],
      ...[
        '--root-key',
        'root-1',
        '--root-key',
        'root-2',
        '--root-key',
        'root-3',
        '--root-threshold',
        '2',
      ],
      ...['--targets-key', 'root-1', '--targets-key', 'root-2'],
      ...['--security-key', 'sec', '--functionality-key', 'fun'],
    )
  }

  /** Everything signed that `repository init` drafted. */
  async signAll(): Promise<void> {
    for (const [role, ...keys] of [
      ['root', 'root-1', 'root-2'],
      ['targets', 'root-1', 'root-2'],
      ['security', 'sec'],
      ['functionality', 'fun'],
    ] as const) {
      for (const key of keys) await this.sign(`${PRODUCT}/${role}`, key)
    }
  }
}

export function sbomOf(version: string): string {
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { component: { type: 'firmware', 'bom-ref': PRODUCT, name: PRODUCT, version } },
    components: [
      {
        ...{ type: 'library', 'bom-ref': 'busybox', name: 'busybox', version: '1.36.1' },
        purl: 'pkg:generic/busybox@1.36.1',
      },
    ],
    dependencies: [{ ref: PRODUCT, dependsOn: ['busybox'] }],
  })
}
