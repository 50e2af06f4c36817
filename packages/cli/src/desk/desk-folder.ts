/**
 * Where things lie on the manufacturer's desk. A desk is a folder that can be carried to an offline
 * machine and back; nothing in it is secret but the encrypted files under keys/.
 *
 *   keys/<name>.key.pem         private key, encrypted PKCS#8, 0600
 *   keys/<name>.pub.json        its public half, to give to whoever drafts root metadata
 *   repository/<product>/metadata/<version>.<role>.json   signed by enough keys, every version
 *   repository/<product>/files/<target path>              what the metadata lists
 *   repository/<product>/server-ca.pem                    for factory packs
 *   drafts/<product>/<version>.<role>.json                unsigned, or not yet signed by enough
 */
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Refusal } from '../refusal.ts'
import type { OfflineRole } from './signed-metadata.ts'

export class DeskFolder {
  readonly folder: string

  constructor(folder: string) {
    this.folder = resolve(folder)
  }

  get keys(): string {
    return join(this.folder, 'keys')
  }

  product(product: string): string {
    return join(this.folder, 'repository', product)
  }

  metadata(product: string): string {
    return join(this.product(product), 'metadata')
  }

  metadataFile(product: string, role: OfflineRole, version: number): string {
    return join(this.metadata(product), `${version}.${role}.json`)
  }

  /** `path` is a target path that this program made itself, or one that was checked. */
  targetFile(product: string, path: string): string {
    return join(this.product(product), 'files', ...path.split('/'))
  }

  serverCa(product: string): string {
    return join(this.product(product), 'server-ca.pem')
  }

  drafts(product: string): string {
    return join(this.folder, 'drafts', product)
  }

  draftFile(product: string, role: OfflineRole, version: number): string {
    return join(this.drafts(product), `${version}.${role}.json`)
  }

  async products(): Promise<string[]> {
    return (await namesIn(join(this.folder, 'repository'))).sort()
  }

  async requireProduct(product: string): Promise<void> {
    if ((await this.products()).includes(product)) return
    throw new Refusal(
      'NO_SUCH_PRODUCT',
      `The desk ${this.folder} has no repository of ${product}`,
      {
        next: `Run \`fleetward repository init ${product} …\`, or name another desk with --desk.`,
        facts: { product },
      },
    )
  }
}

/** Names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
