/**
 * Which of the staged files can be published now. Pure.
 *
 * A rotation of keys can need several files at once: targets that name new release keys are of no use
 * to a device until the release roles are signed with these. So the largest set of staged files is
 * taken that is complete and, together with what is published, makes one repository.
 */
import type { RepositoryFiles } from './repository.ts'
import { UPLOADED_ROLES, type UploadedRole } from './role.ts'

export function choosePublication(
  published: RepositoryFiles,
  staged: RepositoryFiles,
  accepts: {
    /** Whether all files that the staged metadata of the role lists are there. */
    isComplete(role: UploadedRole): boolean
    /** Whether every role is signed by the keys that its delegator names. */
    isRepository(files: RepositoryFiles): boolean
  },
): readonly UploadedRole[] {
  const ready = UPLOADED_ROLES.filter(
    (role) => staged[role] !== undefined && accepts.isComplete(role),
  )
  for (const chosen of subsetsLargestFirst(ready)) {
    const files = { ...published, ...pick(staged, chosen) }
    if (accepts.isRepository(files)) return chosen
  }
  return []
}

export function pick(files: RepositoryFiles, roles: readonly UploadedRole[]): RepositoryFiles {
  return Object.fromEntries(roles.map((role) => [role, files[role]]))
}

/** Four roles at most, so fifteen sets at most. */
function subsetsLargestFirst(roles: readonly UploadedRole[]): UploadedRole[][] {
  const subsets: UploadedRole[][] = []
  for (let bits = 1; bits < 1 << roles.length; bits += 1) {
    subsets.push(roles.filter((_, i) => (bits >> i) & 1))
  }
  return subsets.sort((a, b) => b.length - a.length)
}
