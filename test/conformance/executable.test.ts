/** What the suite takes for granted of the executable, and what its contract leaves to us. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'node:test'
import { EXECUTABLE } from '../support/tuf-client-process.ts'
import { CONCURRENCY, FAILED, OK, scenario } from './scenario.ts'

describe('conformance: the executable', CONCURRENCY, () => {
  scenario(
    'runs from any folder, through links, and under whatever node stands on PATH',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      const folder = mkdtempSync(join(tmpdir(), 'fleetward-elsewhere-'))
      try {
        // A node that would fail the test if it were used.
        writeFileSync(join(folder, 'node'), '#!/bin/sh\nexit 70\n')
        chmodSync(join(folder, 'node'), 0o755)
        symlinkSync(EXECUTABLE, join(folder, 'first'))
        symlinkSync('first', join(folder, 'second'))
        const refresh = ['--metadata-dir', client.metadataFolder, 'refresh']
        const env = { PATH: `${folder}:/usr/bin:/bin`, CDPATH: '/' }
        const urls = ['--metadata-url', client.urls.metadataUrl]
        for (const executable of [EXECUTABLE, './second']) {
          const status = await client.run([...urls, ...refresh], { cwd: folder, env, executable })
          assert.equal(status, OK, client.complaint)
        }
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )

  scenario(
    'takes options after the command, and a URL without its final slash',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      const metadataUrl = client.urls.metadataUrl.slice(0, -1)
      const args = ['--metadata-dir', client.metadataFolder, `--metadata-url=${metadataUrl}`]
      assert.equal(await client.run(['refresh', ...args]), OK, client.complaint)
    },
  )

  scenario('every misuse ends with 1 and says how to use it', async ({ client }) => {
    const misuses = [
      [],
      ['refresh'],
      ['--metadata-dir', client.metadataFolder, 'reset'],
      ['--metadata-dir', client.metadataFolder, '--frequency', '3', 'refresh'],
      ['--metadata-dir', client.metadataFolder, 'init'],
      ['--metadata-dir', client.metadataFolder, '--metadata-url', 'no url', 'refresh'],
    ]
    for (const args of misuses) assert.equal(await client.run(args), FAILED)
    assert.deepEqual(readdirSync(client.metadataFolder), [])
  })

  scenario(
    'several targets are fetched in order, up to the first that fails; nothing else is left behind',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      for (const name of ['one', 'two', 'three']) repository.addArtifact('targets', name, name)
      repository.publish('targets', 'snapshot', 'timestamp')
      repository.artifacts.set('two', new TextEncoder().encode('TWO'))
      assert.equal(await client.download(['one', 'two', 'three']), FAILED)
      assert.deepEqual(readdirSync(client.targetFolder), ['one'])
    },
  )

  scenario(
    'no target name leaves the target folder, is hidden, or takes the name of another',
    async ({ repository, client }) => {
      const names = ['.hidden', 'a/b', 'a%2fb', 'A', 'a', `long-${'x'.repeat(300)}`, 'ü ☃ %']
      for (const name of names) repository.addArtifact('targets', name, `contents of ${name}`)
      await client.init(repository.newest('root'))
      repository.publish('targets', 'snapshot', 'timestamp')
      assert.equal(await client.download(names), OK, client.complaint)
      const files = readdirSync(client.targetFolder)
      assert.equal(new Set(files.map((file) => file.toLowerCase())).size, names.length)
      assert.ok(files.every((file) => !file.startsWith('.')))
      assert.deepEqual(client.downloads().sort(), names.map((name) => `contents of ${name}`).sort())
    },
  )
})
