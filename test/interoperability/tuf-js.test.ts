/** tuf-js, which npm and Sigstore use, reads what our desk and server sign. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Updater } from 'tuf-js'
import { RepositoryServer } from '../support/repository-server.ts'
import { plausibleRelease, SignedProduct } from '../support/signed-product.ts'

const artifact = new TextEncoder().encode('an artifact of no great length')

class Client {
  readonly folder: string
  readonly #server: RepositoryServer

  constructor(folder: string, server: RepositoryServer) {
    this.folder = folder
    this.#server = server
  }

  /** A client that starts from the factory's root.json and talks to the server. */
  updater(): Updater {
    return new Updater({
      metadataDir: this.folder,
      metadataBaseUrl: this.#server.metadataUrl.replace(/\/$/, ''),
      targetDir: this.folder,
      targetBaseUrl: this.#server.targetsUrl.replace(/\/$/, ''),
      config: { fetchRetry: false },
    })
  }

  async stored(file: string): Promise<Uint8Array> {
    return new Uint8Array(await readFile(join(this.folder, file)))
  }
}

async function withClient(
  product: SignedProduct,
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-tuf-js-'))
  try {
    await using server = await RepositoryServer.start(product)
    await writeFile(join(folder, 'root.json'), product.metadata.get('1.root.json') ?? '')
    await use(new Client(folder, server))
  } finally {
    await rm(folder, { recursive: true })
  }
}

function publishedProduct(): SignedProduct {
  const product = new SignedProduct()
  product.addFile('targets', 'trust/director.jwks', new TextEncoder().encode('{"keys":[]}'))
  product.addRelease(plausibleRelease('security', '1.4.3', artifact), artifact)
  product.addRelease(plausibleRelease('functionality', '1.5.0', artifact), artifact)
  product.publish()
  return product
}

test('tuf-js finds and verifies a release in each delegated role', async () => {
  await withClient(publishedProduct(), async (client) => {
    const updater = client.updater()
    for (const path of ['security/1.4.3/gateway.tar.zst', 'functionality/1.5.0/gateway.tar.zst']) {
      const target = await updater.getTargetInfo(path)
      assert.ok(target, path)
      assert.equal(target.length, artifact.length)
      const { fleetward } = target.custom as { fleetward: { securityCounter: number } }
      assert.equal(fleetward.securityCounter, 7)
      const downloaded = await updater.downloadTarget(target, join(client.folder, 'artifact'))
      assert.deepEqual(new Uint8Array(await readFile(downloaded)), artifact)
    }
  })
})

test('tuf-js reads the files under trust/ from the top-level role', async () => {
  await withClient(publishedProduct(), async (client) => {
    const target = await client.updater().getTargetInfo('trust/director.jwks')
    assert.equal(target?.length, 11)
  })
})

test('tuf-js follows our roots and stores what we signed, byte by byte', async () => {
  const product = publishedProduct()
  product.publish()
  product.publish()
  await withClient(product, async (client) => {
    await client.updater().refresh()
    for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
      assert.deepEqual(await client.stored(`${role}.json`), product.newest(role))
    }
  })
})

test('tuf-js finds nothing that no role is trusted with', async () => {
  const product = publishedProduct()
  product.addFile('security', 'functionality/1.6.0/gateway.tar.zst', artifact)
  product.publish()
  await withClient(product, async (client) => {
    const path = 'functionality/1.6.0/gateway.tar.zst'
    assert.equal(await client.updater().getTargetInfo(path), undefined)
  })
})
