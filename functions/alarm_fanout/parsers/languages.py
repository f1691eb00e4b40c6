"""Words for trouble and its end as other languages than English have them.

What backups, cron and monitors of hosts write where a machine is set up in German, French, Spanish,
Portuguese, Italian, Dutch, Swedish, Norwegian, Danish, Finnish, Polish, Turkish, Russian, Japanese,
Chinese or Korean. Words that are English ones too (Dutch "storing") are left out.
"""

# ruff: noqa: RUF001 - letters of other alphabets

import re

BAD = re.compile(
    # German
    r"fehlgeschlagen|\bfehler|gescheitert|abgebrochen|ausgefallen|\bausfall|störung|\bwarnung"
    r"|nicht (?:erreichbar|verfügbar|möglich|gefunden|genug)|kritisch|kein \w*platz|abgelaufen"
    r"|überschritten|beschädigt|\b(?:ist|läuft)(?: \w+| zu \d+ ?%)? voll\b"
    # French
    r"|échec|échoué|\berreur|\bimpossible\b|indisponible|injoignable|\bpannes?\b|\brefusé"
    r"|\bexpirée?s?\b|\bdépassée?\b|avertissement|interrompue?\b|insuffisant"
    # Spanish, Portuguese, Italian
    r"|\bfall(?:os?|ó|ad[oa]|id[oa]|it[oa])\b|no disponible|\bca[ií]d[oa]\b|\bagotad[oa]"
    r"|\brechazad[oa]|\b(?:de)?negad[oa]\b|\bvencid[oa]\b|advertencia|crític[oa]|\bimposible\b"
    r"|\bfalh(?:a|as|ou|ad[oa])\b|\berros?\b|indisponível|\bexpirad[oa]\b|\bexcedid[oa]\b"
    r"|\berror[ei]\b|\bnon (?:è |sono )?(?:riuscit|disponibil|raggiungibil)|\bscadut[oa]\b"
    r"|\bguast[oi]\b|\besaurit[oa]\b"
    # what does not answer, in all of these
    r"|\bne répond|\bcritique ?:|\bnão responde|\bno responde|\bnon risponde|reageert niet"
    r"|\bsvarar? (?:inte|ikke)|reagiert nicht|antwortet nicht|keine (?:antwort|berechtigung)"
    # Dutch, Swedish, Norwegian, Danish, Finnish, Polish, Turkish
    r"|\bmislukt|\bfout(?:en)?\b|onbereikbaar|niet (?:beschikbaar|bereikbaar)|overschreden"
    r"|waarschuwing|misslyckad|\bfel(?:et)?\b|\bfeil(?:et)?\b|\bmislyk|\bfejl|avbruten|avbröts"
    r"|otillgänglig|utilg(?:ængelig|jengelig)|\bvarning|advarsel|\b(?:är|ligger) (?:nere|full)\b"
    r"|epäonnistu|\bvirhe|ei vastaa|varoitus|niepowodzen|nie powiod|\bbłąd|nieudan|niedostępn"
    r"|\bawari[aei]|ostrzeżen|başarısız|\bhata(?:sı| oluştu|:)"
    # Russian, Japanese, Chinese, Korean
    r"|ошибк|\bсбо[йяеи]|не удалось|неудач|недоступ|\bавари|предупрежд"
    r"|失敗|エラー|障害|異常|警告|応答なし|できません|失败|错误|錯誤|异常|故障|告警|不可用|超时|逾時"
    r"|실패|오류|장애|경고",
    re.IGNORECASE,
)
NOT_BAD = re.compile(
    r"fehler(?:frei|los)\w*"
    r"|\b(?:kein|keine|keinen|ohne|0) (?:\w+ )?(?:fehler|warnung|ausf[aä]ll|störung)\w*"
    r"|\b(?:aucune?|sans|pas d[e'\u2019]|0) ?(?:\w+ )?(?:erreur|échec|avertissement|panne)\w*"
    r"|\b(?:sin|ningun[oa]?|ningún|sem|nenhuma?|senza|nessuna?|0) (?:\w+ )?"
    r"(?:err|fall|falh|advertenc|guast)\w*"
    r"|\b(?:geen|zonder|inga|inget|ingen|utan|uten|uden|0) (?:\w+ )?"
    r"(?:fout|waarschuwing|fel|feil|fejl|varning|advarsel|problem)\w*"
    r"|\b(?:ei|0) (?:virhe|varoitu)\w*|\b(?:без|нет|0) (?:ошиб|сбо)\w*"
    r"|(?:エラー|障害|異常|失敗|警告)(?:数|件数)?(?:は|が|も)?"
    r"(?:なし|無し|ありません|ない|[:：]? ?0)"
    r"|(?:无|没有|無|沒有|0 ?个?)(?:错误|異常|异常|故障|失败|錯誤|失敗|告警)"
    r"|(?:오류|실패|장애|경고)(?:가|는|이)? ?(?:없|[:：]? ?0)"
    r"|\b(?:fehler|warnungen|erreurs|errores|erros|errori|fouten|fel|feil|fejl|virheitä|ошибок)"
    r"\s?[:=]\s?0\b",
    re.IGNORECASE,
)
_ENDED = (
    r"wiederhergestellt|behoben|wieder (?:erreichbar|verfügbar|online|normal|in ordnung)"
    r"|\brétablie?s?\b|\brésolue?s?\b|de nouveau (?:disponible|en ligne|joignable|opérationnel)"
    r"|retour à la normale|\brecuperad[oa]\b|\bresuelt[oa]\b|\brestablecid[oa]\b"
    r"|de nuevo (?:disponible|en línea|operativ)|\bresolvid[oa]\b|\brestabelecid[oa]\b"
    r"|\brisolt[oa]\b|\bripristinat[oa]\b|\bhersteld\b|\bopgelost\b"
    r"|weer (?:bereikbaar|beschikbaar|online)|\båterställ[dt]|\blöst\b|\båter i drift"
    r"|gjenopprettet|genoprettet|\bpalautunut|\bkorjattu|przywrócon|rozwiązan|восстановлен"
    r"|устранен|告警恢复|恢复通知|\[恢复\]|(?:復旧|回復|解消)(?:しました|済)|(?:已|已经)(?:恢复|解决)|恢复正常|已恢復"
    r"|복구되었|해결되었"
)
OVER = re.compile(_ENDED, re.IGNORECASE)
NOT_OVER = re.compile(
    r"(?:\b(?:nicht|noch|kein\w*|pas|jamais|no|não|non|niet|inte|ikke|ej|nie|ei|не|wird|werden"
    rf"|bis|sobald|jusqu)\b.{{0,20}}?|[未没])(?:{_ENDED})"
    r"|(?:wiederhergestellt|behoben) werden",
    re.IGNORECASE,
)
