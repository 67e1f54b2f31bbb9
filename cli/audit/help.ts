export const HELP = `npm run audit -- COMMAND [OPTIONS]

Proves what the audit log says, and asks it who read what.

Anywhere, with the public key of a log alone:
  verify --dir FOLDER|FILE.tar --key KEY [--since FILE] [--other FILE] [--witness KEY]...
  verify --url URL --key KEY ...
        whether the log, or an export of it, is whole: every entry, the tree over them, its signatures, and the hours without any
  check --proof FILE --key KEY [--json-value JSON|-]
        what a proof proves: that the log has this entry, and of a value, that it is the one that was shown
  witness --dir FOLDER|--url URL --key KEY --state FILE --witness-key FILE --name NAME [--out FILE]
        cosigns the checkpoint of another's log if it has only grown since this witness last saw it

Where the log is (DATA_DIR, while no gateway runs on it, or AUDIT_DATABASE_URL with the keys):
  keys                            the public key of this log; makes none
  checkpoint [--key]              the newest checkpoint; with --key the public key before it
  prove --entry ENTRY [--out FILE] [--why WORD]
        a proof of an entry that can be checked years later, elsewhere; ENTRY: its number in the log, its id (WRITER/NUMBER), or the
        id of its request
  prove --entry ENTRY --value FIELD --json-value JSON|- [--out FILE] [--why WORD]
        likewise that this value was shown in a field; the proof does not hold the value, whoever checks it must have it
  who-read --person NUMBER|- | --parcel ID | --record REGISTRY/RECORD [--from DAY] [--to DAY] [--first N] [--after ENTRY] --why WORD
  explain --dossier NUMBER --why WORD
        what was read for a dossier: each field with its record, version, time and age, and by which rule
  export --from DAY --to DAY --out FOLDER|FILE.tar --why WORD
        a signed archive of what was written on these days, which verify --dir accepts; entries come in files of 256, so it has some of
        the days before and after
  embargo --person NUMBER|- --investigation NAME [--until DAY] --why WORD
  embargo --lift NAME --why WORD
        while an investigation goes on, withholds from a person that they were looked at for it: what has NAME as the dossier of its
        purpose, and nothing else
  erase --values HASH | --person NUMBER|- --why WORD
        erases what proves which values were shown; the entries stay. As the owner of the log's tables
  give-up --writer WRITER --why WORD
        entries of a writer that are lost for good, and that those after them wait for (GET /health/ready names it), are waited for no
        longer; whoever verifies the log sees that they are missing. As the owner
  retire --before YYYY-MM [--drop] [--why WORD]
        takes whole months out of the log; hashes and proofs stay. As the owner; --drop deletes them, else they are kept aside

  --key KEY       the public key of the log, name+id+base64, or a file that holds it, e.g. log.pub
  --since FILE    a checkpoint kept from earlier: the log must continue it
  --other FILE    a checkpoint that somebody else was shown: it must be of the same history
  --witness KEY   a witness whose cosignature the checkpoint must have
  --why WORD      what this is for, e.g. inspection; it stands in the log, with the user of this machine, before anything is printed
  --dossier N     of the inspection
  DAY             YYYY-MM-DD in Viet Nam, the last included
  -               on standard input, where, unlike in an argument, nobody else on this machine sees it
  --json          for programs: a JSON object each thing, one a line

AUDIT_TOKEN    a token of an auditor with a purpose, for the entries of a log that is read by --url; there is no option for it, others could see it
AUDIT_OWNER_DATABASE_URL   for retire, erase and give-up; default: AUDIT_DATABASE_URL

Exit code 0: done, and what was checked holds; 1: it failed, or the log is NOT whole; 2: the command line is wrong.
`;
