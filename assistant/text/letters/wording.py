# ruff: noqa: RUF001 - words of other alphabets
"""How letters open and close in the languages of helpdesks; all in small letters."""

GREETINGS = (
    "hi hello hey hiya dear greetings good_morning good_afternoon good_evening good_day thanks thank_you hallo "
    "hi_liebe hi_lieber hallo_liebe hallo_lieber liebe lieber liebes sehr_geehrte sehr_geehrter guten_tag "
    "guten_morgen guten_abend moin servus grüezi werte werter bonjour bonsoir salut cher chère chers chères hola "
    "estimado estimada estimados estimadas querido querida apreciado apreciada buenos_días buenas_tardes "
    "buenas_noches buen_día olá oi prezado prezada prezados caro cara caros bom_dia boa_tarde boa_noite exmo exma "
    "ciao salve buongiorno buonasera gentile gentili egregio egregia beste geachte hoi dag goedendag goedemorgen "
    "goedemiddag hej hejsan kära bästa god_morgon god_dag kære hei kjære hyvä moi terve cześć witam witaj "
    "dzień_dobry szanowny szanowna szanowni drogi droga dobrý_den dobrý_deň ahoj vážený vážená vážení milý milá bună "
    "bună_ziua stimate stimată dragă kedves tisztelt jó_napot szia merhaba selam sayın halo selamat_pagi "
    "selamat_siang xin_chào chào poštovani poštovana bok hola_bona benvolgut benvolguda здравствуйте здравствуй "
    "привет добрый_день доброе_утро добрый_вечер уважаемый уважаемая уважаемые дорогой дорогая вітаю вітаємо "
    "добрий_день шановний шановна шановні привіт здравейте уважаеми уважаема поштовани поштована γεια αγαπητέ "
    "αγαπητή αξιότιμε καλημέρα καλησπέρα"
)
"""What stands before the name; `_` is a space."""

TITLES = (
    "mr mrs ms mx miss dr prof sir madam herr herrn frau monsieur madame mademoiselle mme mlle m señor señora "
    "señorita sr sra srta don doña senhor senhora signor signora signore sig dott dottor ing dhr mevr mevrouw meneer "
    "heer de fru pan pani panie paní pane bay bey hanım господин госпожа пан пані κύριε κυρία κ"
)
"""What may stand between the greeting and the name."""

ANYBODY = (
    "there all team everyone everybody customer customers client clients guest friend friends user users folks guys "
    "sir madam sirs member members valued again back world buyer subscriber reader partner colleague colleagues mate "
    "both sales support service care help billing kunde kundin kunden kundinnen damen herren zusammen interessent "
    "interessentin leute freunde kollegen kolleginnen kundenservice kundendienst lesende liebe madame monsieur "
    "mesdames messieurs client cliente clientes clienti clients équipe equipo equipe squadra tous toutes todos todas "
    "tutti usuario usuaria utente utenti señor señora señores señor/a senhor senhora senhores signore signora "
    "signori klant klanten mevrouw meneer heer iedereen kund kunder alla alle asiakas asiakkaamme klient kliencie "
    "klienci państwo pan pani panie panstwo zákazník zákazníku zákazníci client domnule doamnă ügyfelünk vásárlónk "
    "hölgyem uram müşterimiz müşteri bapak ibu anda bạn quý klijenti kupče клиент клиенты господин госпожа коллеги "
    "покупатель пользователь клиенте клієнте пане пані колеги πελάτη κύριε κυρία"
)
"""Addressees that are no one's name."""

CLOSINGS = (
    "best_regards kind_regards warm_regards warmest_regards kindest_regards with_best_regards with_kind_regards "
    "regards best_wishes with_best_wishes all_the_best yours_sincerely yours_truly yours_faithfully sincerely "
    "sincerely_yours respectfully kindly cordially many_regards mit_freundlichen_grüßen mit_freundlichem_gruß "
    "mit_besten_grüßen mit_freundlichen_gruessen freundliche_grüße freundliche_grüsse mit_freundlichen_grüssen "
    "viele_grüße viele_liebe_grüße liebe_grüße herzliche_grüße beste_grüße schöne_grüße sonnige_grüße grüße gruß "
    "lieben_gruß viele_gruesse liebe_gruesse beste_gruesse mfg lg vg hochachtungsvoll cordialement bien_cordialement "
    "très_cordialement bien_à_vous sincèrement meilleures_salutations sincères_salutations salutations_distinguées "
    "salutations amicalement saludos un_saludo un_cordial_saludo saludos_cordiales cordiales_saludos "
    "reciba_un_cordial_saludo atentamente cordialmente muy_atentamente un_abrazo atenciosamente cumprimentos "
    "com_os_melhores_cumprimentos melhores_cumprimentos abraços um_abraço cordiais_saudações cordiali_saluti "
    "distinti_saluti un_cordiale_saluto un_saluto saluti cordialità met_vriendelijke_groet met_vriendelijke_groeten "
    "vriendelijke_groet vriendelijke_groeten hartelijke_groet groet groeten groetjes hoogachtend mvg "
    "med_vänliga_hälsningar vänliga_hälsningar med_vänlig_hälsning vänligen bästa_hälsningar hälsningar mvh "
    "med_venlig_hilsen venlig_hilsen de_bedste_hilsner med_vennlig_hilsen vennlig_hilsen hilsen hilsner "
    "ystävällisin_terveisin parhain_terveisin terveisin z_poważaniem z_wyrazami_szacunku pozdrawiam "
    "serdecznie_pozdrawiam pozdrawiam_serdecznie pozdrowienia s_pozdravem s_přátelským_pozdravem s_úctou s_pozdravom "
    "cu_stimă cu_respect toate_cele_bune üdvözlettel tisztelettel saygılarımla saygılarımızla sevgiler "
    "iyi_çalışmalar salam hormat_kami trân_trọng srdačan_pozdrav lijep_pozdrav lep_pozdrav s_poštovanjem salutacions "
    "atentament с_уважением с_наилучшими_пожеланиями всего_доброго з_повагою щиро_ваш с_уважение поздрави "
    "с_поштовањем срдачан_поздрав με_εκτίμηση φιλικά مع_أطيب_التحيات مع_خالص_التحية تحياتي مع_التحية بברכה בברכה "
    "בכבוד_רב با_احترام با_تشکر सादर 此致 敬礼 谨启 敬具 敬上 드림 올림"
)
"""What stands before the signature, and hardly anywhere else."""

WEAK_CLOSINGS = (
    "best cheers thanks thank_you many_thanks thanks_again thanks_a_lot thank_you_so_much with_thanks love take_care "
    "have_a_nice_day have_a_great_day yours warmly talk_soon see_you_soon danke vielen_dank besten_dank merci "
    "merci_beaucoup gracias muchas_gracias obrigado obrigada grazie grazie_mille bedankt hartelijk_dank dank_je_wel "
    "tack tak takk kiitos dziękuję dziękujemy děkuji děkujeme ďakujem mulțumesc köszönjük köszönöm teşekkürler "
    "terima_kasih спасибо дякую ευχαριστώ شكرا תודה à_bientôt bonne_journée hasta_pronto a_presto tschüss ciao "
    "servus abrazo bises xoxo"
)
"""What stands before a signature, and elsewhere as well: a name must follow on the next line."""

NOT_NAMES = (
    "team support customer service services care success department desk help helpdesk office sales billing the your "
    "our from der die das ihr ihre dein euer unser kundenservice kundendienst kundenbetreuung abteilung le la les el "
    "los l l'équipe votre nous équipe service_client equipo su nuestro soporte atención cliente equipe suporte seu "
    "il vostro servizio assistenza het klantenservice ons namens jouw de i im in an at of for and und et y e och og "
    "ja name nom nombre nome naam navn namn"
)
"""Words of a signature that are no one's name."""

SHOUTED = (
    "not never always must only very all no yes do dont please now new free urgent note stop off on and or but the a "
    "i is are was you your we our me my it so if any too why how what when who here this that will wont can cant help "
    "thx thanks thank hi hello ok okay asap fyi lol omg btw imo tbh ps nb re fw fwd eta tba tbc tbd eod cob am pm est "
    "pst cet gmt utc faq faqs rip aka etc rsvp dear still just more most even ever once again both each same done got "
    "get has had more much many soon nicht sehr bitte nur alle jetzt nie immer kein keine kg mfg lg vg bzgl ggf evtl "
    "usw dns sso vpn api url urls 2fa mfa sms pin ip ui ux id ids it vat pc tv sim usb csv pdf pdfs xml json html "
    "http https ssl tls ftp smtp imap rma sku gb mb kb tb ram cpu ssd hdd os app ai crm erp sla kpi b2b b2c gdpr "
    "dsgvo kyc otp uk us usa eu uae png jpg jpeg gif svg mp3 mp4 zip wifi iban bic swift atm"
)
"""Words in capitals that are no names: stress, abbreviations, and terms that plain words may replace."""
