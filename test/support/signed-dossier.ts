/** A dossier as the server writes one, signed by a key of the test's own. */
import { generateKey, loadPrivateKey } from '@fleetward/platform'
import {
  auditHashOf,
  type DossierManifest,
  encodeAuditLine,
  encodeKeySet,
  encodePassedOver,
  importKeySet,
  type KeySet,
  keySetKeyId,
  signAuditStatement,
  signDossierStatement,
} from '@fleetward/shared'
import type { DossierFile } from '../../packages/server/src/dossier/section.ts'
import { writeArchive } from '../../packages/server/src/dossier/write-archive.ts'

export const PRODUCT = 'lumen-gateway-g1'
const BUILT_AT = 1_795_219_200

export class DossierSigner {
  readonly #key = generateKey('ed25519')
  readonly kid = keySetKeyId(this.#key.publicKey.bytes)

  get jwks(): Uint8Array {
    return encodeKeySet([this.#key.publicKey.bytes])
  }

  keys(): Promise<KeySet> {
    return importKeySet(this.jwks)
  }

  async sign(manifestSha256: string, version = 1, product = PRODUCT): Promise<string> {
    const statement = { product, version, manifestSha256, at: BUILT_AT }
    return signDossierStatement(statement, { kid: this.kid, key: await this.#signing() })
  }

  async signHead(seq: number, hash: string): Promise<string> {
    const signer = { kid: this.kid, key: await this.#signing() }
    return signAuditStatement({ kind: 'head', seq, hash, at: BUILT_AT }, signer)
  }

  async #signing() {
    return loadPrivateKey(this.#key.plainPem()).toCryptoKey()
  }
}

/** Two entries of the product, with one of somebody else's between them. */
export async function extractLines(signer: DossierSigner): Promise<readonly string[]> {
  const actor = { kind: 'person', id: 'acc-1', name: 'ada', via: 'session' }
  const entry = (seq: number, prev: string, product: string) =>
    encodeAuditLine({
      ...{ seq, prev, at: BUILT_AT, actor, action: 'risk.added', product },
      ...{ subject: 'risk/a', outcome: 'done' as const },
    })
  const one = entry(1, '', PRODUCT)
  const other = auditHashOf(entry(2, auditHashOf(one), 'other-product'))
  const two = entry(3, other, PRODUCT)
  const first = { fleetwardAuditExtract: 1, product: PRODUCT, beginning: { seq: 0, hash: '' } }
  const head = await signer.signHead(3, auditHashOf(two))
  return [
    JSON.stringify(first),
    one,
    encodePassedOver({ from: 2, to: 2, prev: auditHashOf(one), hash: other }),
    two,
    JSON.stringify({ head }),
  ]
}

export function dossierFile(path: string, text: string): DossierFile {
  const what = `The file ${path}`
  return { path, mediaType: 'text/plain', item: 'VII.1', what, content: Buffer.from(text) }
}

export async function dossierFiles(signer: DossierSigner): Promise<readonly DossierFile[]> {
  const lines = await extractLines(signer)
  return [
    dossierFile('product/facts.json', '{"name":"Lumen Gateway G1"}\n'),
    dossierFile('dossier.html', '<!doctype html>\n'),
    dossierFile('sboms/1.4.3.json', JSON.stringify({ bomFormat: 'CycloneDX' }).repeat(100)),
    dossierFile('audit/extract.jsonl', `${lines.join('\n')}\n`),
  ]
}

export async function dossierBytes(
  signer: DossierSigner,
  files: readonly DossierFile[],
  version = 1,
): Promise<Buffer> {
  const head: Omit<DossierManifest, 'files'> = {
    ...{ product: PRODUCT, version, builtAt: BUILT_AT, status: 'incomplete' },
    ...{
      declaration: 'draft',
      gaps: [{ item: 'V.8', what: 'nobody has signed it', next: 'sign' }],
    },
  }
  const parts: Uint8Array[] = []
  await writeArchive(
    { files, head, sign: (sha256) => signer.sign(sha256, version) },
    async (bytes) => {
      for await (const part of bytes) parts.push(part)
    },
  )
  return Buffer.concat(parts)
}
