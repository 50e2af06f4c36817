/** The one sentence on top: is this device up to date and safe? Pure; the worst that is true wins. */

/** What goes on while the owner waits; all other states are quiet. */
export const UNDER_WAY = [
  'downloading',
  'installing',
  'arming',
  'rebooting',
  'trial',
  'committing',
  'rollingBack',
]

/** A device that has heard nothing for so long may have missed a security update. */
const SILENT_AFTER_SECONDS = 14 * 86_400

/**
 * `tone`: good, notice, warning or busy; `key` of a sentence in the catalogues, `values` for it.
 * @param {Record<string, any>} status of GET /1/status @param {any[]} notices of GET /1/updates
 */
export function headlineOf(status, notices) {
  const { owner = {}, state, waitingFor } = status
  const security = notices.find(({ kind }) => kind !== 'functionality')
  const [notice] = notices
  const isUnderWay = UNDER_WAY.includes(state) && waitingFor === undefined
  if (isUnderWay) return { tone: 'busy', key: `headline.${state}` }
  if (status.integrity?.state === 'corrupt') return { tone: 'warning', key: 'headline.corrupt' }
  if (security !== undefined) {
    const values = { version: security.version }
    if (owner.optedOut !== undefined) {
      return { tone: 'warning', key: 'headline.securityOptedOut', values }
    }
    const tone = ['high', 'critical'].includes(security.severity) ? 'warning' : 'notice'
    return { tone, key: 'headline.security', values }
  }
  if (status.supportEnded === true) {
    return {
      tone: 'warning',
      key: 'headline.supportEnded',
      values: { month: status.supportEndsOn },
    }
  }
  if (owner.optedOut !== undefined) return { tone: 'warning', key: 'headline.optedOut' }
  if (status.lastServerContact !== undefined) {
    const silent = status.now - status.lastServerContact
    if (silent > SILENT_AFTER_SECONDS) return { tone: 'warning', key: 'headline.silent' }
  }
  if (notice !== undefined) {
    return { tone: 'notice', key: 'headline.functionality', values: { version: notice.version } }
  }
  if (status.lastFailure !== undefined) return { tone: 'notice', key: 'headline.failed' }
  if (status.supportNotice === 1) {
    return {
      tone: 'notice',
      key: 'headline.supportEnding',
      values: { month: status.supportEndsOn },
    }
  }
  if (owner.security === 'ask') return { tone: 'notice', key: 'headline.asks' }
  return { tone: 'good', key: 'headline.good' }
}
