import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function AuditScreen() {
  return <Screen title={say('screens.audit')} />
}
