import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { CONCURRENCY, FAILED, scenario } from './scenario.ts'

describe('conformance: names', CONCURRENCY, () => {
  const names: [string, string][] = [
    ['?', '1.%3F.json'],
    ['#', '1.%23.json'],
    ['/delegatedrole', '1.%2Fdelegatedrole.json'],
    ['../delegatedrole', '1...%2Fdelegatedrole.json'],
  ]
  for (const [name, request] of names) {
    scenario(
      `a role's name is one segment of a URL and one file in the folder (test_unusual_role_name[${name}])`,
      async ({ repository, client }) => {
        await client.init(repository.newest('root'))
        repository.delegate('targets', name)
        repository.publish(name, 'targets', 'snapshot', 'timestamp')
        assert.equal(await client.download('nonexistent target'), FAILED)
        assert.ok(repository.metadataRequests.includes(request))
        assert.equal(Object.keys(client.trustedRoles()).length, 5)
      },
    )
  }
})
