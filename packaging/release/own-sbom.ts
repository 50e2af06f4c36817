/**
 * Fleetward's own SBOM: CycloneDX 1.6 out of the lockfile, with all that BSI TR-03183-2 asks of it. The same commit
 * gives the same bytes (CRA P-105, P-107).
 */
import { createHash } from 'node:crypto'
import type { Lock, Locked } from './lockfile.ts'

export interface SbomRequest {
  readonly lock: Lock
  /** The archive that is released. */
  readonly archive: { readonly name: string; readonly sha512: string }
  /** Of the commit, RFC 3339. */
  readonly committedAt: string
  /** Where whoever releases can be reached: a URL or an e-mail address. */
  readonly contact: string
  /** By path: where the authors can be reached. */
  readonly homepages: ReadonlyMap<string, string>
}

/** What authors wrote before SPDX had the word for it. */
const CONCLUDED: Readonly<Record<string, string>> = { 'LGPL-3.0+': 'LGPL-3.0-or-later' }
/** Whose LICENSE file says what their package.json does not. */
const SAID_BY_FILE: Readonly<Record<string, string>> = { 'png-js': 'MIT' }

export function ownSbom(request: SbomRequest): string {
  const { lock, archive, committedAt, contact, homepages } = request
  const us = partyAt('Fleetward', contact)
  const about = `pkg:generic/fleetward@${lock.version}`
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: committedAt,
      manufacturer: us,
      component: {
        ...{ type: 'application', 'bom-ref': about, name: 'fleetward', version: lock.version },
        ...{ purl: about, manufacturer: us, licenses: [concluded('Apache-2.0')] },
        ...deployedAs(archive.name, archive.sha512, archive.name),
      },
    },
    components: lock.packages.map((locked) => componentOf(locked, homepages.get(locked.path))),
    dependencies: [
      { ref: about, dependsOn: lock.direct },
      ...lock.packages.map(({ path, dependsOn }) => ({ ref: path, dependsOn })),
    ],
    compositions: [
      { aggregate: 'complete', dependencies: [about, ...lock.packages.map(({ path }) => path)] },
    ],
  }
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(document))}`
  const { $schema, bomFormat, specVersion, ...rest } = document
  return `${JSON.stringify({ $schema, bomFormat, specVersion, serialNumber, ...rest }, null, 1)}\n`
}

function componentOf(
  { path, name, version, sha512, licence }: Locked,
  homepage: string | undefined,
) {
  const [scope, inner] = name.startsWith('@') ? name.split('/') : [undefined, name]
  const said = licence || (SAID_BY_FILE[name] ?? '')
  const file = `${inner}-${version}.tgz`
  const url = `https://registry.npmjs.org/${name}/-/${file}`
  const page = homepage ?? `https://www.npmjs.com/package/${name}`
  return {
    ...{ type: 'library', 'bom-ref': path, ...(scope === undefined ? {} : { group: scope }) },
    ...{ name: inner, version, purl: `pkg:npm/${name.replace('@', '%40')}@${version}` },
    manufacturer: partyAt(name, page),
    licenses: said === '' ? [] : [concluded(CONCLUDED[said] ?? said)],
    ...deployedAs(file, sha512, url),
  }
}

/** An archive of files that Node.js runs: TR-03183-2, 8.1.4. */
function deployedAs(file: string, sha512: string, url: string) {
  const property = (name: string, value: string) => ({ name: `bsi:component:${name}`, value })
  return {
    externalReferences: [
      { type: 'distribution', url, hashes: [{ alg: 'SHA-512', content: sha512 }] },
    ],
    properties: [
      property('filename', file),
      property('executable', 'executable'),
      property('archive', 'archive'),
      property('structured', 'structured'),
    ],
  }
}

function partyAt(name: string, contact: string) {
  return contact.includes('://')
    ? { name, url: [contact] }
    : { name, contact: [{ email: contact }] }
}

const concluded = (expression: string) => ({ expression, acknowledgement: 'concluded' })

/** RFC 9562, version 8: ours, of what the document says. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
