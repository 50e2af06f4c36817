import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function ReportsScreen() {
  return <Screen title={say('screens.reports')} />
}
