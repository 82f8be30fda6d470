# ruff: noqa: RUF001 - words of other alphabets
"""How mail programs name things in the languages of helpdesks; all in small letters, `_` is a space."""

WROTE = (
    "wrote writes has_written schrieb schrieben hat_geschrieben a_écrit ecrit a_ecrit écrivait escribió escribio "
    "escribía ha_scritto scrisse scritto escreveu schreef heeft_geschreven het_volgende_geschreven skrev skreiv "
    "kirjoitti napisał napisała napisał(a) napisał/a napisal napisala napsal napsala napsal(a) napísal napísala "
    "a_scris írta ezt_írta az_alábbiakat_írta şunu_yazdı yazdı tarihinde_şunu_yazdı đã_viết viết menulis "
    "telah_menulis је_написао je_napisao je_napisala je_napisao/la је_написао/ла piše kirjutas rašė parašė rakstīja "
    "va_escriure ha_escrit idatzi_du написал написала написал(а) написав написав(ла) пише пишет пишут писал написа "
    "έγραψε إكتب كتب כתב כתבה نوشت 写道 写到 寫道 寫到 のメッセージ のメール さんは書きました: "
    "님이_작성 작성 เขียน"
)
"""What ends the line above a quotation."""

OPENERS = (
    "on in am den der le el em il op på w dnia dne dňa dna v la pe a vào lúc în ngày tarihinde στις στην в во от "
    "на у od dana pada za ai die d. në 在 于 於 בתאריך ב- في بتاريخ در"
)
"""What the line above a quotation may begin with, before the date."""

FROM = (
    "from von de da van från fra od lähettäjä kimden gönderen feladó від от от_кого відправник mittente remitente "
    "expéditeur absender afzender 差出人 送信者 发件人 寄件者 寄件人 보낸_사람 보낸사람 από avsändare afsender "
    "avsender מאת من saatja nuo no pošiljatelj šalje expeditor dari người_gửi từ จาก odesílatel odosielateľ nadawca"
)
TO = (
    "to an à a para aan till til do komu кому vastaanottaja kime alıcı címzett 宛先 收件人 받는_사람 받는사람 προς "
    "către אל إلى per cc kopie kopia kopi copie copie_à kopija копия копія 抄送 参照 참조 κοιν. "
    "destinatario destinataire empfänger ontvanger kepada đến tới ถึง bcc bilgi másolatot_kap kam i "
    "reply-to"
)
DATE = (
    "date sent datum gesendet envoyé envoyé_le envoye enviado enviado_el enviada enviada_em enviado_em inviato "
    "data_invio data fecha fecha_de_envío verzonden skickat sendt lähetetty wysłano wysłane data_wysłania odesláno "
    "odoslané odeslané отправлено дата надіслано gönderildi gönderilme_tarihi gönderme_tarihi tarih elküldve küldve "
    "dátum 日時 送信日時 发送时间 日期 보낸_날짜 날짜 ημερομηνία στάλθηκε trimis נשלח تاريخ التاريخ message_du dato "
    "päiväys pvm sent_on sent_at received saadetud išsiųsta poslano dikirim tanggal ngày đã_gửi วันที่ time"
)
SUBJECT = (
    "subject betreff objet asunto oggetto assunto onderwerp ämne emne aihe temat předmět předmet predmet тема konu "
    "tárgy 件名 主题 主題 主旨 제목 θέμα subiect נושא الموضوع teema tema subjek chủ_đề เรื่อง assumpte re"
)
"""Names of the headers that stand above a mail quoted as a whole: who from, who to, when, what about."""

HISTORY = (
    "original_message forwarded_message message_forwarded forwarded_by begin_forwarded_message "
    "ursprüngliche_nachricht original-nachricht originalnachricht weitergeleitete_nachricht weitergeleitete_e-mail "
    "anfang_der_weitergeleiteten_nachricht anfang_der_weitergeleiteten_e-mail message_d'origine message_d’origine "
    "message_original message_transféré début_du_message_transféré début_du_message_réexpédié message_initial "
    "e-mail_d'origine mail_original mensaje_original mensaje_reenviado inicio_del_mensaje_reenviado correo_original "
    "messaggio_originale messaggio_inoltrato inizio_messaggio_inoltrato inoltra_messaggio mensagem_original "
    "mensagem_encaminhada início_da_mensagem_encaminhada início_da_mensagem_reencaminhada oorspronkelijk_bericht "
    "doorgestuurd_bericht begin_doorgestuurd_bericht oprindelig_meddelelse videresendt_besked videresendt_meddelelse "
    "ursprungligt_meddelande vidarebefordrat_meddelande vidarebefordrat_brev originalmeddelande opprinnelig_melding "
    "videresendt_melding alkuperäinen_viesti välitetty_viesti edelleenlähetetty_viesti oryginalna_wiadomość "
    "wiadomość_oryginalna wiadomość_przekazana przekazana_wiadomość původní_zpráva "
    "přeposlaná_zpráva pôvodná_správa preposlaná_správa mesaj_original mesajul_original mesaj_redirecționat "
    "eredeti_üzenet továbbított_üzenet orijinal_mesaj özgün_ileti iletilen_mesaj yönlendirilmiş_mesaj "
    "исходное_сообщение пересылаемое_сообщение пересланное_сообщение исходное_письмо перенаправленное_сообщение "
    "начало_переадресованного_сообщения вихідне_повідомлення переслане_повідомлення оригинално_писмо "
    "originalna_poruka izvorna_poruka proslijeđena_poruka izvorno_sporočilo posredovano_sporočilo originaalkiri "
    "αρχικό_μήνυμα προωθημένο_μήνυμα הודעה_מקורית הודעה_שהועברה الرسالة_الأصلية رسالة_معاد_توجيهها 原始邮件 原邮件 "
    "转发邮件信息 转发的邮件 原始郵件 轉寄郵件 轉寄的郵件 元のメッセージ 転送メッセージ 원본_메일 원본_메시지 "
    "전달된_메시지 thư_gốc tin_nhắn_chuyển_tiếp thư_chuyển_tiếp pesan_asli pesan_terusan ข้อความต้นฉบับ "
    "missatge_original reply_message original_email original_mail ursprungsnachricht"
)
"""What a line of dashes says above a mail that is quoted or forwarded whole."""

SENT_FROM = (
    "sent_from sent_via sent_with sent_by sent_using get_outlook_for via_mobile composed_on written_on typed_on "
    "gesendet_von gesendet_mit gesendet_über diese_nachricht_wurde_von diese_e-mail_wurde_von von_meinem "
    "outlook_für_android_beziehen outlook_für_ios_beziehen holen_sie_sich_outlook outlook_abrufen envoyé_de "
    "envoyé_depuis envoyé_à_partir envoyé_avec envoyé_via obtenez_outlook télécharger_outlook enviado_desde "
    "enviado_do enviado_de enviado_com enviado_con enviado_via enviado_a_partir enviado_pelo obtener_outlook "
    "obter_o_outlook inviato_da inviato_dal inviato_con inviato_tramite inviata_da scarica_outlook ottieni_outlook "
    "verzonden_vanaf verzonden_met verstuurd_vanaf verstuurd_met verzonden_via outlook_voor_android_downloaden "
    "download_outlook skickat_från skickades_från skickat_med hämta_outlook sendt_fra sendt_via sendt_med sendt_min "
    "hent_outlook få_outlook lähetetty hanki_outlook wysłane_z wysłano_z wysłano_za pobierz_outlook odesláno_z "
    "odesláno_ze odeslané_z odoslané_z získat_outlook trimis_de trimis_din obțineți_outlook küldve elküldve "
    "gönderildi 'imden_gönderildi отправлено_с отправлено_из отправлено_от послано_с надіслано_з надіслано_із "
    "изпратено_от poslano_z poslano_s poslano_sa saadetud išsiųsta_iš nosūtīts_no στάλθηκε_από εστάλη_από נשלח_מ "
    "נשלח_מה أرسل_من مرسل_من 发自我的 发自 从我的 發自我的 從我的 寄自 đã_gửi_từ được_gửi_từ gửi_từ dikirim_dari "
    "enviat_des sent_on_the_go from_my_iphone"
)
"""How the line begins that a program or a telephone puts below a mail; in some languages it ends so."""

SENT_LAST = (
    "から送信 에서_보냄 에서_보냅니다 iphone'umdan_gönderildi 'dan_gönderildi 'den_gönderildi via_mobile の携帯から"
)
"""How such a line ends in other languages."""

FURTHER_CLOSINGS = (
    "best_wishes warm_wishes thanks_and_regards thanks_&_regards thank_you_and_regards rgds rgrds br cdt cdlt "
    "bien_sincèrement beste_grüsse freundlicher_gruß viele_gruss danke_und_gruß vielen_dank_und_viele_grüße "
    "mit_freundlichen_grüße merci_et_bonne_journée bonne_réception un_saluto_cordiale in_attesa_di_riscontro "
    "desde_ya_muchas_gracias grato grata hartelijke_groeten m.v.g. vr.gr. vriendelijke_groetjes "
    "med_vänliga_hälsningar vh hälsar de_bästa_hälsningar bedste_hilsner kærlig_hilsen mange_hilsner beste_hilsen "
    "ystävällisesti yst.terv. terv. pozdr pozdr. z_wyrazami_szacunku s_přáním_pěkného_dne hezký_den üdv üdv. "
    "köszönettel kind_regard с_ув. с_наилучшими с_уважением_и_благодарностью gửi_từ thân_ái kính_thư salam_hormat "
    "よろしくお願いします 祝好 谢谢 此致敬礼 감사합니다"
)
"""Closings that are seen in mails of customers, beyond those of letters."""

NOTICES = (
    "confidential vertraulich confidentiel confidentiels confidencial confidenciales confidenciais riservate "
    "riservato riservati vertrouwelijk konfidentiell fortrolig fortrolige konfidentiellt luottamuksellinen "
    "luottamuksellisia poufne poufna důvěrné důvěrná dôverné confidențial bizalmas gizlidir gizli конфиденциальн "
    "конфіденційн поверлив gizlilik intended_recipient intended_solely intended_only addressee unauthorized_use "
    "unauthorised received_this_email_in_error received_this_message_in_error received_in_error in_error "
    "scanned_for_viruses virus-free virenfrei virus_free consider_the_environment before_printing an_die_umwelt "
    "pensez_à_l'environnement piense_en_el_medio_ambiente originated_from_outside external_email external_sender "
    "legally_privileged nicht_der_richtige_adressat irrtümlich nicht_zulässig unbefugte destinataire destinatario "
    "destinatário per_errore par_erreur por_error por_engano per_vergissing terzi disclaimer registered_office "
    "registered_in company_number company_registration handelsregister amtsgericht geschäftsführer ust-id "
    "all_rights_reserved unsubscribe abmelden désabonner cancelar_suscripción mailing_list you_received_this "
    "you_are_receiving_this reply_to_this_email_directly view_it_on do_not_click_links monitors_email archived avast "
    "antivirus"
)
"""Words of legal notices, virus scanners and mailing lists."""

POSTSCRIPTS = "ps p.s. p.s pps p.p.s. n.b. nb edit update nachtrag pd p.d. p.-s. з.и. зы п.с. p/s"
"""What begins a part that is no signature though it stands below one."""

ABOVE = (
    "above_this_line above_the_line above_this_marker above_this_email above_the_dotted_line über_dieser_zeile "
    "über_dieser_linie oberhalb_dieser_zeile oberhalb_dieser_linie über_diese_zeile au-dessus_de_cette_ligne "
    "au_dessus_de_cette_ligne encima_de_esta_línea arriba_de_esta_línea sobre_esta_línea sopra_questa_riga "
    "sopra_questa_linea acima_desta_linha acima_dessa_linha boven_deze_regel boven_deze_lijn ovanför_denna_rad "
    "ovanför_denna_linje over_denne_linje over_denne_linjen tämän_rivin_yläpuolelle tämän_viivan_yläpuolelle "
    "powyżej_tej_linii nad_tą_linią powyżej_tego_wiersza nad_tento_řádek nad_tuto_čáru nad_tento_riadok "
    "deasupra_acestei_linii e_sor_fölé a_vonal_fölé bu_satırın_üzerine bu_satırın_üstüne bu_çizginin_üzerine "
    "выше_этой_строки выше_этой_линии над_этой_строкой над_этой_чертой вище_цього_рядка над_цим_рядком "
    "πάνω_από_αυτή_τη_γραμμή מעל_שורה_זו فوق_هذا_السطر 在此行上方 在此行之上 在這一行上方 在此行以上 この行より上 "
    "この線より上 이_줄_위에 이_선_위에"
)
"""Where helpdesks ask for the answer to be written, in a line above their own mail."""

REPLY = (
    "reply respond answer write type antwort schreib répon rédig écri respond responda escrib rispond scriv responder "
    "antwoord schrijf svar skriv vasta kirjoit odpowied odpis odpov răspund válasz írj yanıt cevap ответ напиш "
    "відпов απαντ 回复 回覆 返信 답장 회신"
)
"""How words begin that ask for an answer."""
