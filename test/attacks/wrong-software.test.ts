/** Wrong software: something that was signed, but not for what was asked, or not by whom it may. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RepositorySimulator } from '../support/repository-simulator.ts'
import { TufDevice } from '../support/tuf-device.ts'

test('names that every object has are no target files', async () => {
  const repository = new RepositorySimulator()
  repository.addArtifact('targets', 'trust/director.jwks', 'bytes')
  repository.publish('targets', 'snapshot', 'timestamp')
  const device = new TufDevice(repository)
  const names = [
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '',
  ]
  for (const name of names) assert.equal(await device.find(name), undefined, name)
})

test('a path is found as it was asked for, character by character', async () => {
  const repository = new RepositorySimulator()
  repository.addArtifact('targets', 'trust/director.jwks', 'bytes')
  repository.publish('targets', 'snapshot', 'timestamp')
  const device = new TufDevice(repository)
  assert.ok(await device.find('trust/director.jwks'))
  const others = [
    'trust/Director.jwks',
    'trust/director.jwks ',
    '/trust/director.jwks',
    'trust//director.jwks',
    'trust/./director.jwks',
    'trust/x/../director.jwks',
    'trust%2Fdirector.jwks',
    'trust\\director.jwks',
    'trust/director',
  ]
  for (const path of others) assert.equal(await device.find(path), undefined, path)
})

/** Fleetward's own repository: who may speak about which paths (protocol §3.1). */
function releases(): RepositorySimulator {
  const repository = new RepositorySimulator()
  repository.delegate('targets', 'security', { paths: ['security/*/*'], terminating: true })
  repository.delegate('targets', 'functionality', {
    paths: ['functionality/*/*'],
    terminating: true,
  })
  return repository
}

test('a release role is not believed about paths that were not delegated to it', async () => {
  const stolen = [
    'trust/director.jwks',
    'security/1.4.3/gateway.tar.gz',
    'functionality/1.5.0',
    'functionality/1.5.0/a/b',
    'functionality/',
    'functionalityx/1.5.0/gateway.tar.gz',
    'x/functionality/1.5.0/gateway.tar.gz',
  ]
  for (const path of stolen) {
    const repository = releases()
    repository.addArtifact('functionality', path, 'by a role that must not')
    repository.publish('security', 'functionality', 'targets', 'snapshot', 'timestamp')
    assert.equal(await new TufDevice(repository).find(path), undefined, path)
  }
})

test('a star in a path stops at a slash', async () => {
  const repository = releases()
  repository.addArtifact('security', 'security/1.4.3/gateway.tar.gz', 'release')
  repository.addArtifact('security', 'security/1.4.3/deep/gateway.tar.gz', 'too deep')
  repository.publish('security', 'functionality', 'targets', 'snapshot', 'timestamp')
  const device = new TufDevice(repository)
  assert.ok(await device.find('security/1.4.3/gateway.tar.gz'))
  assert.equal(await device.find('security/1.4.3/deep/gateway.tar.gz'), undefined)
})

test('the first role that is trusted with a path decides, and a terminating one ends the search', async () => {
  const repository = new RepositorySimulator()
  repository.delegate('targets', 'first', { paths: ['a/*'] })
  repository.delegate('targets', 'second', { paths: ['a/*'], terminating: true })
  repository.delegate('targets', 'third', { paths: ['a/*'] })
  repository.addArtifact('first', 'a/both', 'by the first')
  repository.addArtifact('second', 'a/both', 'by the second!')
  repository.addArtifact('third', 'a/late', 'behind the end')
  repository.publish('first', 'second', 'third', 'targets', 'snapshot', 'timestamp')
  const device = new TufDevice(repository)
  assert.equal((await device.find('a/both'))?.length, 'by the first'.length)
  assert.equal(await device.find('a/late'), undefined)
  assert.ok(!repository.metadataRequests.includes('1.third.json'))
})

test('what the top-level role lists goes before any delegation', async () => {
  const repository = new RepositorySimulator()
  repository.delegate('targets', 'security', { paths: ['trust/*'] })
  repository.addArtifact('security', 'trust/director.jwks', 'forged keys')
  repository.addArtifact('targets', 'trust/director.jwks', 'keys')
  repository.publish('security', 'targets', 'snapshot', 'timestamp')
  const found = await new TufDevice(repository).find('trust/director.jwks')
  assert.equal(found?.length, 'keys'.length)
})
