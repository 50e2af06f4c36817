import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type StoryFolder, storyFolder, strangersIn } from './folder.ts'
import { Progress } from './progress.ts'

async function inFolder(use: (folder: StoryFolder) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'fleetward-story-folder-'))
  try {
    await use(storyFolder(root))
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

test('no story is told in a folder that holds something else', () =>
  inFolder(async (folder) => {
    assert.equal(strangersIn(folder), undefined)
    await writeFile(folder.teller, '')
    assert.equal(strangersIn(folder), undefined)
    await writeFile(join(folder.root, 'thesis.txt'), 'years of work')
    assert.deepEqual(strangersIn(folder), ['thesis.txt'])
  }))

test('beginning anew removes the old story and nothing else', () =>
  inFolder(async (folder) => {
    const old = await Progress.open(folder, { fresh: false, now: 1 })
    await old.finish('finished')
    await mkdir(folder.devices)
    await writeFile(folder.server.settings, '{}')
    const thesis = join(folder.root, 'thesis.txt')
    await writeFile(thesis, 'years of work')

    const begun = await Progress.open(folder, { fresh: false, now: 2 })
    assert.equal(begun.isDone('finished'), false)
    assert.equal(existsSync(folder.devices), false)
    assert.equal(existsSync(folder.server.settings), false)
    assert.equal(await readFile(thesis, 'utf8'), 'years of work')
  }))

test('an unfinished story goes on, unless it is to begin anew', () =>
  inFolder(async (folder) => {
    const story = await Progress.open(folder, { fresh: false, now: 1 })
    await story.finish('repository')
    await mkdir(folder.desk)
    assert.equal((await Progress.open(folder, { fresh: false, now: 2 })).isDone('repository'), true)
    assert.equal(existsSync(folder.desk), true)
    assert.equal((await Progress.open(folder, { fresh: true, now: 3 })).isDone('repository'), false)
    assert.equal(existsSync(folder.desk), false)
  }))
