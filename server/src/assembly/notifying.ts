import { mailReportToken, mailUse } from '../config/index.ts'
import { createMailer, createNotifying, isMailAddress } from '../notices/index.ts'
import type { ConsentRooms } from './consent-rooms.ts'
import type { Ground } from './ground.ts'
import { noticeLookups } from './notice-lookups.ts'
import type { PeopleRooms } from './people-rooms.ts'
import type { PublishingRooms } from './publishing-rooms.ts'

/** What becomes of notices. It stands above the rooms whose people and organisations it has to know. */
export function buildNotifying(
  { settings, base, sealing, egress, site, storage }: Ground,
  { people }: Pick<PeopleRooms, 'people'>,
  { developers }: Pick<PublishingRooms, 'developers'>,
  { choices }: Pick<ConsentRooms, 'choices'>,
) {
  const mail = mailUse(settings)
  const operatorMail = [settings.operatorNoticesTo, settings.operatorNoticesCopyTo ?? ''].filter(isMailAddress)
  return createNotifying({
    ...base,
    sealing,
    egress,
    lookups: noticeLookups({ storage, people, developers, choices, operatorMail }),
    mailer: mail === null ? null : createMailer(mail),
    // Several machines that share a database have no folder in common.
    mailFolder: storage.dialect.shared ? null : settings.data,
    receipt: settings.mailReceipt,
    reportSecret: mailReportToken(settings),
    addresses: () => ({
      operator: settings.operatorName,
      postal: settings.operatorAddress,
      to: settings.operatorNoticesTo,
      copyTo: settings.operatorNoticesCopyTo ?? null,
      form: `${site.publicUrl}/api/v1/letters/from-outside`,
    }),
    sender: () => ({
      from: mail?.from ?? `handfast@${new URL(site.publicUrl).hostname}`,
      name: settings.instanceName,
      operator: settings.operatorName,
      publicUrl: site.publicUrl,
    }),
  })
}
