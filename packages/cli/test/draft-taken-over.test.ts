/** Two people sign at one desk in the same moment. */
import assert from 'node:assert/strict'
import { mkdirSync, renameSync } from 'node:fs'
import { test } from 'node:test'
import { DeskFolder } from '../src/desk/desk-folder.ts'
import { signingProgress } from '../src/desk/draft.ts'
import { findDraft } from '../src/desk/metadata-file.ts'
import type { OfflineRole } from '../src/desk/signed-metadata.ts'
import { PRODUCT, TestDesk } from './test-desk.ts'

/** Whose root gets its last signature after its draft was found, and before it was read. */
class DeskOfTwo extends DeskFolder {
  override draftFile(product: string, role: OfflineRole, version: number): string {
    const path = super.draftFile(product, role, version)
    if (role === 'root') {
      mkdirSync(this.metadata(product), { recursive: true })
      renameSync(path, this.metadataFile(product, role, version))
    }
    return path
  }
}

test('targets are signed while the root is taken over as signed: its keys are asked for all the same', async (t) => {
  const made = await TestDesk.make()
  t.after(() => made.remove())
  await made.generate('root-1', 'root-2', 'root-3', 'sec', 'fun')
  assert.equal((await made.init(await made.writeServerKeys())).exitCode, 0)
  const desk = new DeskOfTwo(made.desk)
  const targets = (await findDraft(desk, PRODUCT, 'targets')) ?? assert.fail()
  const [progress] = await signingProgress(desk, PRODUCT, targets)
  assert.deepEqual([progress?.by, progress?.missing], ['root version 1', 2])
  assert.equal(await findDraft(desk, PRODUCT, 'root'), undefined)
})
