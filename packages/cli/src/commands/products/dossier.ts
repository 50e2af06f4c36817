/** `fleetward dossier build|list|get|verify|delete|sign-declaration`: the technical documentation of a product, signed. */
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { DossierGap } from '@fleetward/shared'
import type { Command } from 'commander'
import { keysOfFile, verifyDossier } from '../../dossier/verify-dossier.ts'
import { plain } from '../../plain.ts'
import { Refusal } from '../../refusal.ts'
import type { ApiClient } from '../../server/api-client.ts'
import { readNamedFile, type Surroundings, wholeNumber, withExamples } from '../command-line.ts'
import { openServer, type ServerOptions, withServer } from '../server-options.ts'
import { addSignDeclaration } from './dossier-declaration.ts'
import { addPublishDeclaration } from './dossier-publication.ts'

interface Dossier {
  readonly version: number
  readonly state: string
  readonly begunAt: number
  readonly filesDone: number
  readonly filesInAll: number
  readonly trouble?: string
  readonly status?: string
  readonly declaration?: string
  readonly gaps?: readonly DossierGap[]
  readonly sha256?: string
  readonly length?: number
  readonly retainedUntil?: number
}

const LOOK_EVERY_MS = 500
const ON = 'lumen-gateway-g1 --token-file token'

export function addDossier(program: Command, surroundings: Surroundings): void {
  const dossier = withExamples(
    program.command('dossier').description('the technical documentation of a product, as one file'),
    `dossier build ${ON} --out dossier.zip`,
    'dossier verify dossier.zip --key server-keys.json',
  )
  addBuild(dossier, surroundings)
  addList(dossier, surroundings)
  addGet(dossier, surroundings)
  addVerify(dossier, surroundings)
  addDelete(dossier, surroundings)
  addSignDeclaration(dossier, surroundings)
  addPublishDeclaration(dossier, surroundings)
}

function addBuild(dossier: Command, { terminal, finish }: Surroundings): void {
  const build = withServer(
    dossier
      .command('build <product>')
      .description('build it as things are now; exit code 1 while something is missing')
      .option('--out <file>', 'get it, too')
      .option('--no-wait', 'do not wait until it is built'),
  ).action(async (product: string, options: ServerOptions & { out?: string; wait: boolean }) => {
    const client = await openServer(options, terminal)
    let built = (await client.post(pathOf(product))) as Dossier
    if (!options.wait) return finish({ json: built, lines: [lineOf(built)] })
    let told = ''
    while (built.state === 'building') {
      await pause(LOOK_EVERY_MS)
      built = (await client.get(pathOf(product, built.version))) as Dossier
      const progress = progressOf(built)
      if (progress !== told) terminal.note(progress)
      told = progress
    }
    if (built.state !== 'built') throw notBuilt(built)
    const lines = [lineOf(built), ...gapLines(built.gaps ?? [])]
    if (options.out !== undefined) {
      await fetchTo(client, product, built, options.out)
      lines.push(`written: ${options.out}`)
    }
    finish({ json: built, lines, isNo: built.status !== 'complete' })
  })
  withExamples(build, `dossier build ${ON}`, `dossier build ${ON} --out dossier.zip --json`)
}

/** How many files there will be is not known before all is collected. */
export function progressOf({
  filesDone,
  filesInAll,
}: Pick<Dossier, 'filesDone' | 'filesInAll'>): string {
  if (filesInAll === 0) return 'collecting what belongs into it'
  return `${filesDone} of ${filesInAll} files written`
}

function addList(dossier: Command, { terminal, finish }: Surroundings): void {
  const list = withServer(
    dossier.command('list <product>').description('all of them, the newest first'),
  ).action(async (product: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    const all = (await client.all(`${pathOf(product)}?limit=500`)) as Dossier[]
    const lines = all.length === 0 ? ['There is no dossier.'] : all.map(lineOf)
    finish({ json: { dossiers: all }, lines })
  })
  withExamples(list, `dossier list ${ON}`)
}

function addGet(dossier: Command, { terminal, finish }: Surroundings): void {
  const get = withServer(
    dossier
      .command('get <product> <version>')
      .description('what one of them lacks; with --out the archive')
      .option('--out <file>', 'where the archive goes'),
  ).action(async (product: string, version: string, options: ServerOptions & { out?: string }) => {
    const client = await openServer(options, terminal)
    const found = (await client.get(pathOf(product, wholeNumber(version)))) as Dossier
    const lines = [lineOf(found), ...gapLines(found.gaps ?? [])]
    if (options.out !== undefined) {
      if (found.state !== 'built') throw notBuilt(found)
      await fetchTo(client, product, found, options.out)
      lines.push(`written: ${options.out}`)
    }
    finish({ json: found, lines })
  })
  withExamples(
    get,
    'dossier get lumen-gateway-g1 3 --token-file token',
    'dossier get lumen-gateway-g1 3 --out dossier.zip --token-file token',
  )
}

function addVerify(dossier: Command, { finish }: Surroundings): void {
  const verify = dossier
    .command('verify <file>')
    .description('whether an archive is as the server signed it; asks nobody')
    .requiredOption('--key <file>', 'public keys of the server: what `audit head --json` printed')
    .action(async (file: string, { key }: { key: string }) => {
      const { manifest, auditEntries } = await verifyDossier(
        file,
        await keysOfFile(await readNamedFile(key)),
      )
      const { product, version, builtAt, status, declaration, gaps, files } = manifest
      finish({
        json: {
          product,
          version,
          builtAt,
          status,
          declaration,
          gaps,
          files: files.length,
          auditEntries,
        },
        lines: [
          `genuine: dossier ${version} of ${product}, ${day(builtAt)}, ${files.length} files, ${auditEntries} audit entries`,
          `status: ${status}, declaration: ${declaration}`,
          ...gapLines(gaps),
        ],
      })
    })
  withExamples(
    verify,
    'audit head --json --token-file token > server-keys.json',
    'dossier verify dossier.zip --key server-keys.json',
  )
}

function addDelete(dossier: Command, { terminal, finish }: Surroundings): void {
  const remove = withServer(
    dossier
      .command('delete <product> <version>')
      .description('refused: says until when a dossier stays'),
  ).action(async (product: string, version: string, options: ServerOptions) => {
    const client = await openServer(options, terminal)
    await client.delete(pathOf(product, wholeNumber(version)))
    finish({ json: { deleted: version }, lines: [`deleted: ${version}`] })
  })
  withExamples(remove, 'dossier delete lumen-gateway-g1 3 --token-file token')
}

/** Whole under its name, or not at all. */
async function fetchTo(
  client: ApiClient,
  product: string,
  { version, sha256 }: Dossier,
  out: string,
): Promise<void> {
  const partial = `${out}.part`
  const hash = createHash('sha256')
  try {
    const answer = await client.open(`${pathOf(product, version)}/archive`)
    await pipeline(
      answer,
      async function* hashed(chunks) {
        for await (const chunk of chunks as AsyncIterable<Buffer>) {
          hash.update(chunk)
          yield chunk
        }
      },
      createWriteStream(partial),
    )
    if (hash.digest('hex') !== sha256) {
      throw new Refusal('DOSSIER_ALTERED', 'What came is not the archive that the server names', {
        next: 'Try again; if it stays so, look at the store of artifacts.',
      })
    }
    await rename(partial, out)
  } catch (cause) {
    const { syscall, code } = cause as NodeJS.ErrnoException
    if (syscall !== 'open' && syscall !== 'write' && syscall !== 'rename') throw cause
    throw new Refusal('OUT_UNWRITABLE', `${out} cannot be written (${code})`, {
      next: `Dossier ${version} is on the server: fleetward dossier get ${product} ${version} --out FILE`,
      cause,
    })
  } finally {
    await rm(partial, { force: true })
  }
}

function pathOf(product: string, version?: number): string {
  const all = `/products/${encodeURIComponent(product)}/dossiers`
  return version === undefined ? all : `${all}/${version}`
}

function lineOf({ version, state, begunAt, status, declaration, gaps }: Dossier): string {
  const result =
    status === undefined
      ? ''
      : `, ${status}, gaps: ${gaps?.length ?? 0}, declaration ${declaration}`
  return `${String(version).padStart(4)}  ${day(begunAt)} ${state}${result}`
}

const gapLines = (gaps: readonly DossierGap[]) =>
  gaps.map(
    ({ item, what, next }) => `  ${item.padEnd(9)} ${plain(what)}\n            ${plain(next)}`,
  )

const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)

function notBuilt({ version, state, trouble = 'nobody is working on it' }: Dossier): Refusal {
  return new Refusal('DOSSIER_NOT_BUILT', `Dossier ${version} is ${state}: ${trouble}`, {
    next: 'Build it again; the log of the server says more.',
    facts: { version, state },
  })
}
