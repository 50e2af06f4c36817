import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { RepositorySimulator } from '../support/repository-simulator.ts'
import { CONCURRENCY, FAILED, OK, scenario } from './scenario.ts'

interface Edge {
  readonly from: string
  readonly to: string
  readonly paths?: string[]
  readonly terminating?: boolean
}

/** "A>B" lets A delegate everything to B. */
function edge(arrow: string, options: Omit<Edge, 'from' | 'to'> = {}): Edge {
  const [from = '', to = ''] = arrow.split('>')
  return { from: from === '' ? 'targets' : from, to, ...options }
}

/** Where the preorder walk has to go while it looks for a path that nobody lists. */
const GRAPHS: Readonly<Record<string, { edges: Edge[]; visited: string[] }>> = {
  'basic-delegation': { edges: [edge('>A')], visited: ['A'] },
  'single-level-delegations': { edges: [edge('>A'), edge('>B')], visited: ['A', 'B'] },
  'two-level-delegations': {
    edges: [edge('>A'), edge('>B'), edge('B>C')],
    visited: ['A', 'B', 'C'],
  },
  'two-level-test-DFS-order-of-traversal': {
    edges: [edge('>A'), edge('>B'), edge('A>C'), edge('A>D')],
    visited: ['A', 'C', 'D', 'B'],
  },
  'three-level-delegation-test-DFS-order-of-traversal': {
    edges: [edge('>A'), edge('>B'), edge('A>C'), edge('C>D')],
    visited: ['A', 'C', 'D', 'B'],
  },
  'two-level-terminating-ignores-all-but-roles-descendants': {
    edges: [edge('>A'), edge('>B'), edge('A>C', { terminating: true }), edge('A>D')],
    visited: ['A', 'C'],
  },
  'three-level-terminating-ignores-all-but-roles-descendants': {
    edges: [edge('>A'), edge('>B'), edge('A>C', { terminating: true }), edge('C>D')],
    visited: ['A', 'C', 'D'],
  },
  'two-level-ignores-all-branches-not-matching-paths': {
    edges: [edge('>A', { paths: ['*.py'] }), edge('>B'), edge('A>C')],
    visited: ['B'],
  },
  'three-level-ignores-all-branches-not-matching-paths': {
    edges: [edge('>A'), edge('>B'), edge('A>C', { paths: ['*.py'] }), edge('C>D')],
    visited: ['A', 'B'],
  },
  'cyclic-graph': {
    edges: [edge('>A'), edge('>B'), edge('B>C'), edge('C>D'), edge('D>B')],
    visited: ['A', 'B', 'C', 'D'],
  },
  'two-roles-delegating-to-a-third': {
    edges: [edge('>A'), edge('>B'), edge('B>C'), edge('A>C')],
    visited: ['A', 'C', 'B'],
  },
  'two-roles-delegating-to-a-third-different-paths': {
    edges: [edge('>A'), edge('>B'), edge('B>C'), edge('A>C', { paths: ['*.py'] })],
    visited: ['A', 'B', 'C'],
  },
}

/**
 *               targets
 *   *.doc, *.md /     \ releases/*​/*
 *              A       B
 *     releases/x/* /       \ releases/y/*.zip
 *                 C         D
 */
const TREE: Edge[] = [
  edge('>A', { paths: ['*.doc', '*.md'] }),
  edge('>B', { paths: ['releases/*/*'] }),
  edge('B>C', { paths: ['releases/x/*'] }),
  edge('B>D', { paths: ['releases/y/*.zip'] }),
]

const FILES: [role: string, path: string][] = [
  ['targets', 'targetfile'],
  ['A', 'README.md'],
  ['C', 'releases/x/x_v1'],
  ['D', 'releases/y/y_v1.zip'],
  ['D', 'releases/z/z_v1.zip'],
]

/** What is asked for, and who has to be asked. The last four are of our own choosing. */
const SEARCHES: Readonly<Record<string, { path: string; found: boolean; visited: string[] }>> = {
  'no delegations': { path: 'targetfile', found: true, visited: [] },
  'targetpath matches wildcard': { path: 'README.md', found: true, visited: ['A'] },
  'targetpath with separators x': {
    path: 'releases/x/x_v1',
    found: true,
    visited: ['B', 'C'],
  },
  'targetpath with separators y': {
    path: 'releases/y/y_v1.zip',
    found: true,
    visited: ['B', 'D'],
  },
  'targetpath is not delegated by all roles in the chain': {
    path: 'releases/z/z_v1.zip',
    found: false,
    visited: ['B'],
  },
  'wildcard does not cross a separator': {
    path: 'docs/README.md',
    found: false,
    visited: [],
  },
  'wildcard does not reach deeper': {
    path: 'releases/x/deep/x_v1',
    found: false,
    visited: [],
  },
  'role is visited but does not list the path': {
    path: 'releases/x/x_v2',
    found: false,
    visited: ['B', 'C'],
  },
  'extension does not match': {
    path: 'releases/y/y_v1.tar',
    found: false,
    visited: ['B'],
  },
}

describe('conformance: delegations', CONCURRENCY, () => {
  for (const [id, { edges, visited }] of Object.entries(GRAPHS)) {
    scenario(
      `roles are asked for in preorder: ${visited.join(' ')} (test_graph_traversal[${id}])`,
      async ({ repository, client }) => {
        await client.init(repository.newest('root'))
        publishGraph(repository, edges)
        assert.equal(await client.download('missingpath'), FAILED)
        assert.deepEqual(delegatedRequests(repository), visited)
      },
    )
  }

  for (const [id, { path, found, visited }] of Object.entries(SEARCHES)) {
    scenario(
      `${path} is ${found ? 'found' : 'not found'} (test_targetfile_search[${id}])`,
      async ({ repository, client }) => {
        await client.init(repository.newest('root'))
        publishGraph(repository, TREE, FILES)
        assert.equal(await client.download(path), found ? OK : FAILED)
        assert.deepEqual(client.downloads(), found ? [`${path} by its role`] : [])
        assert.deepEqual(delegatedRequests(repository), visited)
      },
    )
  }

  scenario(
    'a role verified for one delegator is not believed for another (test_cached_role_is_verified_against_current_delegator)',
    async ({ repository, client }) => {
      await client.init(repository.newest('root'))
      repository.delegate('targets', 'A', { paths: ['a/*'] })
      repository.delegate('targets', 'B', { paths: ['b/*'] })
      repository.delegate('A', 'C', { paths: ['a/*'] })
      const [signerOfA] = repository.signersOf('C').values()
      repository.delegate('B', 'C', { paths: ['b/*'] })
      assert.ok(signerOfA)
      // C signs with the key that A gave it, and speaks about paths of B.
      repository.signers.set('C', new Map([[signerOfA.keyId, signerOfA]]))
      repository.addArtifact('C', 'a/file', 'granted by A')
      repository.addArtifact('C', 'b/file', 'never granted by B')
      repository.publish('A', 'B', 'C', 'targets', 'snapshot', 'timestamp')

      assert.equal(await client.download(['a/file', 'b/file']), FAILED)
      assert.deepEqual(client.downloads(), ['granted by A'])
    },
  )
})

function publishGraph(
  repository: RepositorySimulator,
  edges: readonly Edge[],
  files: readonly [role: string, path: string][] = [],
): void {
  for (const { from, to, ...options } of edges) repository.delegate(from, to, options)
  for (const [role, path] of files) repository.addArtifact(role, path, `${path} by its role`)
  const roles = new Set(edges.flatMap(({ from, to }) => [from, to]))
  repository.publish(...roles, 'snapshot', 'timestamp')
}

/** What was asked for after the four top-level roles. */
function delegatedRequests(repository: RepositorySimulator): string[] {
  return repository.metadataRequests.slice(4).map((file) => file.replace(/^1\.(.*)\.json$/, '$1'))
}
